/** Time as the running server sees it; a test gives its own. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back again and again; returns the way to stop. */
  every(ms: number, task: () => void): () => void
  /** Calls back once; returns the way to call it off. */
  after(ms: number, task: () => void): () => void
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  every: (ms, task) => {
    const timer = setInterval(task, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
