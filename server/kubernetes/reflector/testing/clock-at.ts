import type { ReflectorClock } from '../reflector-clock'

/**
 * Time that passes so many times as fast. A test of what takes long makes it pass faster; one of what happens within a
 * second makes it pass more slowly, so that a busy machine has that second too.
 */
export function clockAt(speed: number): ReflectorClock {
  const startedAt = Date.now()
  return {
    now: () => startedAt + (Date.now() - startedAt) * speed,
    after: (ms, task) => {
      const timer = setTimeout(task, ms / speed)
      return () => clearTimeout(timer)
    },
  }
}
