/** Time and chance as the reflector sees them; a test gives its own. */
export type ReflectorClock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once; returns the way to call it off. */
  after(ms: number, task: () => void): () => void
}

/** From 0 to below 1. */
export type Random = () => number

/** Waits, or less when the signal aborts meanwhile. */
export function wait(clock: ReflectorClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}
