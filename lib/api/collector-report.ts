import type { SourceDocument } from './documents'

/** A flow source as it is told to people. */
export type SourceReport = SourceDocument & {
  /** Fields of its lines that our own format does not have, since the start. */
  readonly unknownFields: number
  readonly duty: Duty
}

/**
 * How a collector comes to count a source. `own`: what is sent to it, and files of its machine, reach no other collector.
 * Others can be read by any number of collectors: the one that `holds` the claim counts it and those that wait do not;
 * `unguarded` where there is nothing to claim it with.
 */
export type Duty = 'own' | 'holds' | 'waits' | 'unguarded'

/** What a collector says of itself every few seconds, for the processes that show its flows. */
export type CollectorReport = {
  /** Milliseconds since the epoch, by the collector's clock. */
  readonly at: number
  readonly startedAt: number
  /** The machine or pod it runs on, and the port that it listens on: its next run has the same. */
  readonly host: string
  /** True once it stops on purpose: nothing more comes from it. */
  readonly isOver: boolean
  readonly sources: readonly SourceReport[]
}
