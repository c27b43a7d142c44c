import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VERDICTS } from './flow'
import { isBalanced } from './ledger'
import { Shedder } from './shedder'
import { aBatch, aPipeline } from './testing/a-pipeline'
import { anObservedFlow, TEN } from './testing/an-observed-flow'

const LIVE = { family: 'hubble', isLive: true } as const
const connections = (count: number, over: Partial<ReturnType<typeof anObservedFlow>> = {}) =>
  Array.from({ length: count }, (_, index) => anObservedFlow({ sourcePort: 1_024 + index, ...over }))

function overloaded(seconds: number): Shedder {
  const shedder = new Shedder()
  for (let second = 0; second < seconds; second++) shedder.adjust(1.2)
  return shedder
}

test('it goes a step further in every second over the budget, and back when it is calm', () => {
  const shedder = new Shedder()
  const levels = new Set<string>()
  for (let second = 0; second < 30; second++) {
    shedder.adjust(1.2)
    levels.add(shedder.state.level)
  }
  expect([...levels]).toEqual(['rows', 'all-rows', 'connections', 'refusals'])
  expect(shedder.state).toEqual({ level: 'refusals', oneIn: 64 })
  for (let second = 0; second < 5; second++) shedder.adjust(0.8)
  expect(shedder.state.oneIn).toBe(64)
  for (let second = 0; second < 100; second++) shedder.adjust(0.1)
  expect(shedder.state).toEqual({ level: 'nothing', oneIn: 1 })
})

describe('what was let through, then what was refused', () => {
  test('rows are sampled first, each kept one with its weight, and sums stay exact', () => {
    const pipeline = aPipeline({ shedder: overloaded(3) })
    const { added } = pipeline.accept(
      'hubble',
      aBatch([...connections(800), ...connections(100, { verdict: 'dropped', port: 81 })]),
      TEN,
      LIVE,
    )
    const passed = added.filter(({ verdict }) => verdict === 'forwarded')
    expect(passed).toHaveLength(100)
    expect(passed.every(({ weight }) => weight === 8)).toBe(true)
    expect(added.filter(({ verdict }) => verdict === 'dropped')).toHaveLength(100)
    const edges = pipeline.window.edges(TEN - 1, TEN + 1)
    expect(edges.map(({ verdicts }) => verdicts.forwarded + verdicts.dropped)).toEqual([800, 100])
    expect(pipeline.ledger.source('hubble').entry()).toMatchObject({ received: 900, stored: 200, sampled: 700 })
  })

  test('then connections are sampled as a whole, and those that are taken stand for the others', () => {
    const pipeline = aPipeline({ shedder: overloaded(9) })
    const later = connections(20_000, { event: 'trace', phase: 'later', time: TEN + 1 })
    const refused = connections(50, { verdict: 'dropped', port: 81 })
    pipeline.accept('hubble', aBatch([...connections(20_000), ...later, ...refused]), TEN + 1, LIVE)
    const [passed, dropped] = pipeline.window.edges(TEN - 1, TEN + 2)
    expect(passed?.verdicts.forwarded).toBeGreaterThan(18_000)
    expect(passed?.verdicts.forwarded).toBeLessThan(22_000)
    expect(dropped?.verdicts.dropped).toBe(50)
  })

  test('a source that can wait loses nothing', () => {
    const pipeline = aPipeline({ shedder: overloaded(30) })
    expect(pipeline.accept('file', aBatch(connections(100)), TEN, { family: 'hubble', isLive: false }).added).toHaveLength(100)
  })
})

test('whatever comes under whatever load, the ledger balances and refused flows outlast the others', () => {
  const flow = fc.record({
    verdict: fc.constantFrom(...VERDICTS),
    sourcePort: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 65_535 })),
    uuid: fc.oneof(fc.constant(null), fc.nat(20).map(String)),
    event: fc.constantFrom('policy-verdict', 'drop', 'trace', 'l7', 'socket', 'flow'),
    phase: fc.constantFrom('start', 'later', 'reply'),
  })
  fc.assert(
    fc.property(fc.nat(25), fc.array(flow, { maxLength: 100 }), (seconds, records) => {
      const shedder = overloaded(seconds)
      const pipeline = aPipeline({ shedder })
      pipeline.accept('hubble', aBatch(records.map((over) => anObservedFlow(over))), TEN, LIVE)
      const entry = pipeline.ledger.source('hubble').entry()
      expect(isBalanced(entry)).toBe(true)
      expect(entry.queued).toBe(0)
      const refused = records.filter(({ verdict }) => verdict === 'dropped')
      if (shedder.state.level !== 'refusals') for (const over of refused) expect(shedder.weightOf(anObservedFlow(over))).toBe(1)
    }),
  )
})
