import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareLines } from './share-lines.mjs'

test('the longest list gives way in its middle and says how much it left out', () => {
  expect(shareLines([['a'], ['1', '2', '3', '4', '5', '6']], 5)).toEqual(['a', '1', '2', '... 3 more lines ...', '6'])
})

test('never more lines than the limit, all of them where they have room, and something of every list where each can have a line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.constant('line'), { maxLength: 30 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 20 }),
      (lists, limit) => {
        const shared = shareLines(lists, limit)
        expect(shared.length).toBeLessThanOrEqual(limit)
        if (lists.flat().length <= limit) expect(shared).toEqual(lists.flat())
        else if (lists.length <= limit) expect(shared).toHaveLength(limit)
      },
    ),
  )
})
