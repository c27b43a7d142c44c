import type { StoreDocument } from '@/lib/api/documents'
import { printTime } from '@/lib/api/print-time'
import type { KeeperStatus } from './flow-keeper'

/** How flows are kept, as the API writes it. `memoryFrom` is the time of the oldest flow in memory. */
export function storeDocument(status: KeeperStatus | null, memoryFrom: number | null): StoreDocument {
  const inMemory = memoryFrom === null ? null : printTime(memoryFrom)
  if (status === null) {
    return {
      kind: 'memory',
      state: 'ready',
      message: null,
      bytes: null,
      flows: null,
      oldest: inMemory,
      rowsPerSecond: 0,
      queue: { rows: 0, limit: 0, bytes: 0 },
      isRawStopped: false,
      lostSums: 0,
      lostRecords: 0,
    }
  }
  const { kind, state, message, usage, rowsPerSecond, queuedRows, maxQueuedRows, queuedBytes, isRawStopped, lostSums, lostRecords } = status
  const oldest = usage?.oldest ?? null
  return {
    kind,
    state,
    message,
    bytes: usage?.bytes ?? null,
    flows: usage?.rows ?? null,
    oldest: oldest === null ? inMemory : printTime(oldest),
    rowsPerSecond,
    queue: { rows: queuedRows, limit: maxQueuedRows, bytes: queuedBytes },
    isRawStopped,
    lostSums,
    lostRecords,
  }
}
