import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlowWindow } from './flow-window'
import { type StoredSum, SumGrowth } from './sum-growth'
import { aFlow } from './testing/a-flow'

const MINUTE = 1_767_225_600_000

function aSum(lane: number, count: number, lastSeen = MINUTE + 1_000): StoredSum {
  const flow = aFlow({ time: MINUTE, windowTime: MINUTE, port: 1_000 + lane, bytes: count * 10 })
  return { key: String(lane), minute: MINUTE, flow, count, repeats: 0, lastSeen, rank: 0 }
}

test('a sum that was read before counts with its difference only', () => {
  const growth = new SumGrowth()
  expect(growth.next(aSum(1, 5))).toMatchObject({ count: 5, flow: { bytes: 50 } })
  expect(growth.next(aSum(1, 5))).toBeNull()
  expect(growth.next(aSum(1, 8, MINUTE + 30_000))).toMatchObject({ count: 3, flow: { bytes: 30, windowTime: MINUTE + 1_000 } })
  expect(growth.next(aSum(1, 6))).toMatchObject({ count: -2 })
  expect(growth.next(aSum(2, 0))).toBeNull()
})

test('however often sums are written anew, the window has what they say last', () => {
  const writes = fc.array(fc.record({ lane: fc.nat(3), count: fc.nat(50), second: fc.nat(59) }), { maxLength: 40 })
  fc.assert(
    fc.property(writes, (all) => {
      const growth = new SumGrowth()
      const window = new FlowWindow()
      const last = new Map<number, number>()
      for (const { lane, count, second } of all) {
        const grown = growth.next(aSum(lane, count, MINUTE + second * 1_000))
        last.set(lane, count)
        if (grown === null) continue
        if (grown.count < 0) window.takeBack(grown.flow, grown.minute, -grown.count)
        window.restore(grown.flow, { ...grown, count: Math.max(0, grown.count) }, MINUTE + 60_000)
      }
      const shown = new Map(window.edges(MINUTE, MINUTE + 60_000).map(({ port, verdicts }) => [port, verdicts.forwarded]))
      for (const [lane, count] of last) expect(shown.get(1_000 + lane) ?? 0).toBe(count)
      for (const column of window.histogram(MINUTE, MINUTE + 60_000, 6).counts.forwarded) expect(column).toBeGreaterThanOrEqual(0)
    }),
  )
})
