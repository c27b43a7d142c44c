import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceFact, SourceProof } from '@/lib/flows/source-about'

/** How a source does: waiting for its other side, connected, connected without flows, broken, or at its end. */
export type SourceState = 'connecting' | 'live' | 'silent' | 'failed' | 'ended'

/**
 * Tells how the source does. `message` says what happened and what to do; null when all is well. `facts` replace those
 * told before; left out, they stay.
 */
export type ReportState = (state: SourceState, message: string | null, facts?: readonly SourceFact[]) => void

/** Where flows come from: one adapter per product. It connects, translates and reports loss; it decides nothing. */
export interface FlowSource {
  readonly name: string
  /** As `--flows` names it: `file`, `hubble`. */
  readonly kind: string
  /** null where it depends on the kind of each line. */
  readonly proof: SourceProof | null
  /**
   * Yields batches until `signal` aborts or the source is at its end. What can be waited out (a file that is not there
   * yet) is waited out and reported; anything else throws.
   *
   * @param countedUntil time of the newest flow that an earlier run counted, in milliseconds since the epoch; null for none.
   * A source that remembers flows reads on from there; what it yields again is left out by others.
   */
  batches(signal: AbortSignal, report: ReportState, countedUntil?: number | null): AsyncIterable<FlowBatch>
}
