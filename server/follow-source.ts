import { setImmediate } from 'node:timers/promises'
import type { CountedBefore } from '@/lib/flows/counted-before'
import type { FilePosition } from '@/lib/flows/file-position'
import type { FlowIntake } from './flow-intake'
import type { FlowSource } from './flow-sources/flow-source'

export type Following = {
  /** What an earlier run counted of what the source may give again; null for nothing. */
  readonly before: CountedBefore | null
  /** Hears how far the files of the source were read. */
  readonly onRead?: (positions: readonly FilePosition[]) => void
  /** False once somebody else may count the source; always true without it. */
  readonly isOurs?: () => boolean
}

/** Hands a source's batches to its intake until the source ends or the signal aborts. Never throws: a broken source says so. */
export async function followSource(
  source: FlowSource,
  intake: FlowIntake,
  signal: AbortSignal,
  { before, onRead, isOurs = () => true }: Following = { before: null },
): Promise<void> {
  try {
    if (before !== null) intake.goOnFrom(before.newest)
    const report: Parameters<FlowSource['batches']>[1] = (state, message, facts) => intake.become(state, message, facts)
    for await (const batch of source.batches(signal, report, before?.newest ?? null)) {
      if (!isOurs()) return
      intake.accept(before === null || batch.mayRepeat === false ? batch : before.without(batch))
      if (batch.positions !== undefined) onRead?.(batch.positions())
      // A long file must not keep the server from answering.
      await setImmediate()
    }
  } catch {
    intake.become('failed', 'reading stopped after an unexpected error; restart the server to read on')
  }
}
