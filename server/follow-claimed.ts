import { setTimeout as delay } from 'node:timers/promises'
import type { CountedBefore } from '@/lib/flows/counted-before'
import type { FlowIntake } from './flow-intake'
import type { FlowSource } from './flow-sources/flow-source'
import { followSource } from './follow-source'
import type { SourceClaims } from './source-claims'

/** A source that cannot be opened for good is not tried in a circle. */
const PAUSE_MS = 5_000

/**
 * Reads a source whenever this process holds the claim on it, going on where counting ended, until `signal` aborts.
 *
 * @param countedBefore what others counted by now; waits until the store says so
 */
export async function followClaimed(
  source: FlowSource,
  intake: FlowIntake,
  claims: SourceClaims,
  countedBefore: (signal: AbortSignal) => Promise<CountedBefore | null>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    intake.takeDuty('waits')
    const term = await claims.hold(source.name, (state, message) => intake.become(state, message, []), signal)
    if (term === null) return
    const until = AbortSignal.any([signal, term.lost])
    intake.become('connecting', 'asking the store where counting ended')
    const before = await countedBefore(until)
    if (until.aborted) continue
    intake.takeDuty('holds')
    await followSource(source, intake, until, { before, isOurs: () => term.isHeld() })
    await delay(PAUSE_MS, undefined, { signal: until, ref: false }).catch(() => undefined)
  }
}
