import type { ReflectorClock } from '../reflector-clock'

/** Time that passes only when a test says so. */
export function manualClock(start = 0): ReflectorClock & { pass(ms: number): void } {
  let now = start
  let tasks: { readonly at: number; readonly task: () => void }[] = []
  return {
    now: () => now,
    after: (ms, task) => {
      const entry = { at: now + ms, task }
      tasks.push(entry)
      return () => {
        tasks = tasks.filter((other) => other !== entry)
      }
    },
    pass: (ms) => {
      const end = now + ms
      for (;;) {
        const [next] = tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        tasks = tasks.filter((other) => other !== next)
        now = next.at
        next.task()
      }
      now = end
    },
  }
}
