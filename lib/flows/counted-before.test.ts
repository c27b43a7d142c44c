import { expect, test } from 'vitest'
import { CountedBefore } from './counted-before'
import { aBatch } from './testing/a-pipeline'
import { anObservedFlow, TEN } from './testing/an-observed-flow'

test('flows that an earlier run counted are ignored, by the clock of their node and apart from refused ones', () => {
  const before = new CountedBefore([
    { node: 'worker-1', isRefused: false, time: TEN },
    { node: 'ahead', isRefused: false, time: TEN + 600_000 },
  ])
  const [again, fresh] = [anObservedFlow({ time: TEN }), anObservedFlow({ time: TEN + 1 })]
  const unheard = anObservedFlow({ time: TEN - 1, node: 'worker-2' })
  const refused = anObservedFlow({ time: TEN - 1, verdict: 'dropped' })
  const ahead = anObservedFlow({ time: TEN + 600_000, node: 'ahead' })
  const batch = before.without(aBatch([again, fresh, unheard, refused, ahead]))
  expect(batch.flows).toEqual([fresh, unheard, refused])
  expect([...batch.ignored]).toEqual([['repeat/earlier-run', 2]])
  expect(before.newest).toBe(TEN + 600_000)
  const untouched = aBatch([fresh])
  expect(before.without(untouched)).toBe(untouched)
})
