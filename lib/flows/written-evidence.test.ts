import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VERDICTS, type Verdict } from './flow'
import { FlowWindow } from './flow-window'
import { type MinuteSum, MinuteSums } from './minute-sums'
import { aFlow } from './testing/a-flow'
import { WrittenEvidence } from './written-evidence'

const START = 1_767_225_600_000
const LENGTH_MS = 240_000

const record = fc.record({
  kind: fc.constant('record' as const),
  at: fc.nat(LENGTH_MS - 1),
  rank: fc.constantFrom(0, 1, 5),
  port: fc.constantFrom(80, 81),
  verdict: fc.constantFrom<Verdict>('forwarded', 'dropped', 'unknown'),
  counts: fc.boolean(),
})
const write = fc.record({ kind: fc.constant('write' as const), at: fc.nat(LENGTH_MS - 1) })

test('what is written down counts as much as the window, in whatever order sources tell of the same', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ arbitrary: record, weight: 4 }, write), { maxLength: 60 }), (steps) => {
      const sums = new MinuteSums(1_000)
      const window = new FlowWindow(undefined, (...change) => sums.add(...change))
      const evidence = new WrittenEvidence(window, sums, START)
      const cells = new Map<number, MinuteSum>()
      const put = () => {
        for (const sum of sums.take(1_000)) cells.set(sum.cell, sum)
      }
      const end = START + LENGTH_MS
      for (const step of steps) {
        if (step.kind === 'write') {
          evidence.update(START + step.at, false)
          put()
          continue
        }
        const time = START + step.at
        const flow = aFlow({ time, windowTime: time, port: step.port, verdict: step.verdict, reporter: `rank ${step.rank}` })
        window.add(flow, step.counts ? 1 : 0, step.counts ? 0 : 1, end, undefined, step.rank)
      }
      evidence.update(end, true)
      put()
      const edges = window.edges(START, end)
      for (const verdict of VERDICTS) {
        const shown = edges.reduce((sum, edge) => sum + edge.verdicts[verdict], 0)
        const written = [...cells.values()].filter(({ lane }) => lane.verdict === verdict)
        expect(written.reduce((sum, { count, evidence: part }) => sum + count - part, 0)).toBe(shown)
      }
    }),
  )
})

test('what was evidence when a run began was written by the one before', () => {
  const sums = new MinuteSums(1_000)
  const window = new FlowWindow(undefined, null)
  const flow = aFlow({ time: START, windowTime: START })
  window.restore(flow, { count: 3, repeats: 0, lastSeen: START }, START, 0)
  window.restore({ ...flow, reporter: 'other' }, { count: 3, repeats: 0, lastSeen: START }, START, 5)
  const evidence = new WrittenEvidence(window, sums, START)
  evidence.update(START, true)
  expect(sums.take(10)).toEqual([])
})
