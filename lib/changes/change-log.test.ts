import { expect, test } from 'vitest'
import { ChangeLog } from './change-log'
import type { AlteredVerdicts, ClusterChange } from './cluster-change'

const HOUR = 3_600_000
const NONE: AlteredVerdicts = { state: 'computed', opened: 0, closed: 0, otherwise: 0, pairs: [] }
const aChange = (over: Partial<ClusterChange> = {}): ClusterChange => ({
  topic: 'policy',
  type: 'changed',
  objectKind: 'NetworkPolicy',
  ref: 'NetworkPolicy:shop/cart',
  namespace: 'shop',
  fields: [],
  moreFields: 0,
  ...over,
})
const pods = (came: number, before: number): ClusterChange =>
  aChange({
    topic: 'pods',
    ref: 'shop/web[Deployment]',
    fields: [
      { path: 'pods', before: String(before), after: String(before + came) },
      { path: 'pods that came', before: null, after: String(came) },
    ],
  })
const aLog = (limit = 100, perReading = 100) => new ChangeLog({ keptMs: HOUR, limit, perReading })
const everything = { from: null, to: null, matches: () => true, limit: 100 }

test('changes are found by time, newest first', () => {
  const log = aLog()
  for (const at of [1_000, 2_000, 3_000]) log.add([aChange()], { at, revision: at, verdicts: NONE })
  expect(log.page(everything).changes.map(({ at }) => at)).toEqual([3_000, 2_000, 1_000])
  expect(log.page({ ...everything, from: 2_000, to: 3_000 }).changes.map(({ at }) => at)).toEqual([2_000])
  expect(log.page({ ...everything, limit: 1 })).toMatchObject({ total: 3, changes: [{ at: 3_000 }] })
  expect(log.page({ ...everything, matches: ({ topic }) => topic === 'service' }).total).toBe(0)
})

test('a roll-out is told as one change of its workload', () => {
  const log = aLog()
  log.add([pods(1, 2)], { at: 1_000, revision: 1, verdicts: NONE })
  log.add([pods(2, 3)], { at: 20_000, revision: 2, verdicts: NONE })
  log.add([pods(1, 5)], { at: 120_000, revision: 3, verdicts: NONE })
  expect(log.page(everything).changes).toMatchObject([
    { at: 120_000, times: 1 },
    {
      at: 1_000,
      until: 20_000,
      times: 2,
      fields: [
        { path: 'pods', before: '2', after: '5' },
        { path: 'pods that came', after: '3' },
      ],
    },
  ])
})

test('what changes did is known later, and told of all that share it', () => {
  const log = aLog()
  log.add([aChange(), aChange({ ref: 'NetworkPolicy:shop/web' })], { at: 1, revision: 1, verdicts: { state: 'pending' } })
  log.add([aChange()], { at: 2, revision: 2, verdicts: { state: 'pending' } })
  const effects = () => log.page(everything).changes.map((change) => log.effectOf(change))
  expect(effects().map(({ verdicts }) => verdicts.state)).toEqual(['pending', 'pending', 'pending'])
  log.settle([1, 2], { ...NONE, opened: 4 } as AlteredVerdicts)
  expect(effects()).toEqual(Array.from({ length: 3 }, () => ({ verdicts: { ...NONE, opened: 4 }, together: 3 })))
})

test('what one step of a roll-out did is kept when others that did nothing are told with it', () => {
  const log = aLog()
  const opened = { ...NONE, opened: 4 } as AlteredVerdicts
  const told = () => log.page(everything).changes.map((change) => [change.times, log.effectOf(change).verdicts])
  log.add([pods(1, 2)], { at: 1_000, revision: 1, verdicts: { state: 'pending' } })
  log.add([pods(1, 3)], { at: 1_100, revision: 2, verdicts: { state: 'pending' } })
  log.add([pods(1, 4)], { at: 1_200, revision: 3, verdicts: NONE })
  expect(told()).toEqual([[3, { state: 'pending' }]])
  log.settle([1, 2], opened)
  log.add([pods(1, 5)], { at: 2_000, revision: 4, verdicts: NONE })
  expect(told()).toEqual([[4, opened]])
  // What is not known yet is no part of what is known.
  log.add([pods(1, 6)], { at: 3_000, revision: 5, verdicts: { state: 'pending' } })
  log.settle([5], NONE)
  log.add([pods(1, 7)], { at: 4_000, revision: 6, verdicts: { state: 'pending' } })
  expect(told()).toEqual([
    [2, { state: 'pending' }],
    [4, opened],
  ])
})

test('what is old or too much goes, and what went early is counted', () => {
  const log = aLog(2, 3)
  log.add(
    [1, 2, 3, 4].map((index) => aChange({ ref: `NetworkPolicy:shop/p${index}` })),
    { at: 0, revision: 1, verdicts: NONE },
  )
  expect(log.usage()).toEqual({ kept: 2, limit: 2, lost: 2 })
  log.add([aChange()], { at: HOUR + 1, revision: 2, verdicts: NONE })
  expect(log.usage()).toEqual({ kept: 1, limit: 2, lost: 2 })
})
