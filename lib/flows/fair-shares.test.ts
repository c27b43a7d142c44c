import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FairShares } from './fair-shares'

function takeAll(shares: FairShares, owner: string): number {
  let taken = 0
  for (; shares.mayTake(owner); taken++) shares.take(owner)
  return taken
}

test('one alone may have all', () => {
  expect(takeAll(new FairShares(10), 'a')).toBe(10)
})

test('one who takes all it can get leaves room to others', () => {
  const shares = new FairShares(100)
  shares.take('small')
  expect(takeAll(shares, 'greedy')).toBe(79)
  expect(shares.mayTake('new')).toBe(true)
  expect(takeAll(shares, 'small')).toBe(20)
  expect(shares.mayTake('new')).toBe(false)
  shares.giveBack('greedy')
  expect([shares.mayTake('greedy'), shares.mayTake('new')]).toEqual([false, true])
})

test('no more than the limit is ever given out, and what is given back is free again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean())), (limit, steps) => {
      const shares = new FairShares(limit)
      const held = new Map<string, number>()
      for (const [owner, takes] of steps) {
        const has = held.get(owner) ?? 0
        if (takes && shares.mayTake(owner)) {
          shares.take(owner)
          held.set(owner, has + 1)
        } else if (!takes && has > 0) {
          shares.giveBack(owner)
          held.set(owner, has - 1)
        }
        expect([...held.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(limit)
      }
      for (const [owner, count] of held) for (let each = 0; each < count; each++) shares.giveBack(owner)
      expect(takeAll(shares, 'd')).toBe(limit)
    }),
  )
})
