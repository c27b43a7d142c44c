import { setImmediate } from 'node:timers/promises'
import type { FlowIntake } from './flow-intake'
import type { FlowSource } from './flow-sources/flow-source'

/** Hands a source's batches to its intake until the source ends or the signal aborts. Never throws: a broken source says so. */
export async function followSource(source: FlowSource, intake: FlowIntake, signal: AbortSignal): Promise<void> {
  try {
    for await (const batch of source.batches(signal, (state, message, facts) => intake.become(state, message, facts))) {
      intake.accept(batch)
      // A long file must not keep the server from answering.
      await setImmediate()
    }
  } catch {
    intake.become('failed', 'reading stopped after an unexpected error; restart the server to read on')
  }
}
