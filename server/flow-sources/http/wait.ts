import { setTimeout as delay } from 'node:timers/promises'

/** Waits between tries while a server cannot be asked; the last one for ever. */
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const

/** How long to wait after the given number of failures in a row, counted from 0. */
export function retryDelayMs(failures: number): number {
  return RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000
}

/** Waits; returns early when the signal aborts. */
export async function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch {
    // Aborted: the caller looks at the signal.
  }
}
