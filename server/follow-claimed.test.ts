import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CountedBefore } from '@/lib/flows/counted-before'
import { aBatch, aPipeline } from '@/lib/flows/testing/a-pipeline'
import { anObservedFlow, TEN } from '@/lib/flows/testing/an-observed-flow'
import { FlowIntake } from './flow-intake'
import type { FlowSource } from './flow-sources/flow-source'
import { followClaimed } from './follow-claimed'
import type { SourceClaims, Term } from './source-claims'
import { ManualClock } from './testing/manual-clock'

/** Gives a flow a turn, each a millisecond later, and remembers from where it was asked. */
function aSource() {
  const asked: (number | null)[] = []
  const source: FlowSource = {
    name: 'hubble relay:4245',
    kind: 'hubble',
    proof: null,
    async *batches(signal, _report, countedUntil = null) {
      asked.push(countedUntil)
      for (let number = 0; !signal.aborted; number++) {
        yield aBatch([anObservedFlow({ time: TEN + number, sourcePort: 1_000 + number, uuid: String(number) })])
        await sleep(1)
      }
    },
  }
  return { source, asked }
}

test('a source is counted only while the claim is held, from where counting ended', async () => {
  const intake = new FlowIntake(
    { name: 'hubble relay:4245', kind: 'hubble', proof: null },
    { pipeline: aPipeline(), clock: new ManualClock(TEN + 5_000), onAccepted: () => undefined },
  )
  const stop = new AbortController()
  let isHeld = true
  const lost = new AbortController()
  const waiting: ((term: Term | null) => void)[] = []
  const claims: SourceClaims = {
    hold: (_source, tell, signal) =>
      new Promise((resolve) => {
        tell('connecting', 'the collector on other counts this source')
        signal.addEventListener('abort', () => resolve(null))
        waiting.push(resolve)
      }),
    close: async () => undefined,
  }
  const { source, asked } = aSource()
  const before = new CountedBefore([{ node: 'worker-1', isRefused: false, time: TEN + 2 }])
  const ended = followClaimed(source, intake, claims, async () => before, stop.signal)

  expect(intake.report()).toMatchObject({ duty: 'waits', state: 'connecting', message: 'the collector on other counts this source' })
  waiting[0]?.({ lost: lost.signal, isHeld: () => isHeld })
  await expect.poll(() => intake.ledger.stored).toBeGreaterThan(5)
  expect(intake.report()).toMatchObject({ duty: 'holds', state: 'live', ledger: { ignored: { 'repeat/earlier-run': 3 } } })
  expect(intake.facts.at(-1)).toEqual({
    name: 'went on',
    value: 'at 2026-05-04T10:00:05.000Z from 2026-05-04T10:00:00.002Z on; what the source no longer remembered of these 5 s is missing',
  })
  expect(asked).toEqual([TEN + 2])

  // A process that was frozen may be handed flows before it hears that its claim is lost.
  isHeld = false
  const counted = intake.ledger.received
  await sleep(30)
  expect(intake.ledger.received).toBe(counted)
  lost.abort()
  await expect.poll(() => waiting.length).toBe(2)
  expect(intake.report()).toMatchObject({ duty: 'waits', facts: [] })
  stop.abort()
  await ended
})
