import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until there is an answer; null and false are none. Throws with `what` when the time is over. */
export async function eventually<T>(what: string, ask: () => Promise<T | null | false> | T | null | false, withinMs = 30_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== false) return answer
    if (performance.now() > end) throw new Error(`within ${withinMs} ms there was no ${what}`)
    await sleep(25)
  }
}
