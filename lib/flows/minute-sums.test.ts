import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MinuteSum, MinuteSums } from './minute-sums'
import { aFlow } from './testing/a-flow'
import type { RankedLane } from './window-lanes'

const MINUTE = 60_000

function aLane(edge: number): RankedLane {
  const { source, destination, protocol, port, verdict, reason, policies, reporter } = aFlow()
  return { edge, rank: 0, source, destination, protocol, port, verdict, reason, policies, reporter }
}
const LANES = [aLane(0), aLane(1)] as const

/** What a store holds that keeps the highest version of each cell. */
class Kept {
  readonly cells = new Map<number, MinuteSum>()
  write(sums: readonly MinuteSum[]): void {
    for (const sum of sums) if ((this.cells.get(sum.cell)?.version ?? 0) < sum.version) this.cells.set(sum.cell, sum)
  }
  total(lane: RankedLane, minute: number): number {
    return [...this.cells.values()].filter((sum) => sum.lane === lane && sum.minute === minute).reduce((sum, { count }) => sum + count, 0)
  }
}

type Step =
  | { readonly kind: 'count'; readonly lane: 0 | 1; readonly minute: number; readonly count: number }
  | { readonly kind: 'write'; readonly limit: number; readonly again: boolean }
  | { readonly kind: 'close'; readonly minutes: number }

const steps = fc.array(
  fc.oneof(
    fc.record<Extract<Step, { kind: 'count' }>>({
      kind: fc.constant('count'),
      lane: fc.constantFrom(0, 1),
      minute: fc.integer({ min: 0, max: 4 }),
      count: fc.constantFrom(1, 2, -1),
    }),
    fc.record<Extract<Step, { kind: 'write' }>>({ kind: fc.constant('write'), limit: fc.integer({ min: 1, max: 4 }), again: fc.boolean() }),
    fc.record<Extract<Step, { kind: 'close' }>>({ kind: fc.constant('close'), minutes: fc.integer({ min: 0, max: 12 }) }),
  ),
  { maxLength: 60 },
)

test('what is written adds up to what was counted, in any order of late records, writes, repeated writes and closing', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const sums = new MinuteSums(1_000)
      const kept = new Kept()
      const counted = new Map<string, number>()
      const written: (readonly MinuteSum[])[] = []
      for (const step of list) {
        if (step.kind === 'count') {
          const key = `${step.lane} ${step.minute}`
          counted.set(key, (counted.get(key) ?? 0) + step.count)
          sums.add(step.minute * MINUTE + 5_000, LANES[step.lane], step.count, 0, null, step.minute * MINUTE + 5_000)
        } else if (step.kind === 'write') {
          const taken = sums.take(step.limit)
          written.push(taken)
          kept.write(taken)
          // An older batch that nobody answered for is sent again.
          if (step.again) kept.write(written[Math.floor(written.length / 2)] ?? [])
        } else sums.close(step.minutes * MINUTE)
      }
      kept.write(sums.take(1_000))
      for (const [key, count] of counted) {
        const [lane, minute] = key.split(' ').map(Number)
        expect(kept.total(LANES[lane === 0 ? 0 : 1], (minute ?? 0) * MINUTE)).toBe(count)
      }
      expect(sums.lost).toBe(0)
    }),
  )
})

test('there is a limit, and what does not fit is counted', () => {
  const sums = new MinuteSums(1)
  sums.add(0, LANES[0], 1, 0, null, 0)
  sums.add(0, LANES[1], 1, 0, null, 0)
  sums.add(0, LANES[0], 1, 0, 10, 30)
  expect(sums.lost).toBe(1)
  expect(sums.take(10)).toMatchObject([{ count: 2, bytes: 10, firstSeen: 0, lastSeen: 30 }])
  sums.close(10 * MINUTE)
  expect(sums.size).toBe(0)
})
