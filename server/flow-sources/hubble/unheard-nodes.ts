/** More machines than Kubernetes supports in one cluster. */
const MAX_NODES = 10_000

/**
 * Finds nodes that count flows and send none. The observer server of a node that had seen no flow yet when the stream
 * began waits until its ring is full; a stream that begins anew gets them all.
 */
export class UnheardNodes {
  readonly #heard = new Set<string>()
  readonly #seen = new Map<string, number>()

  heard(name: string): void {
    if (this.#heard.size < MAX_NODES) this.#heard.add(name)
  }

  /** True when a node that no flow came from on this stream has seen flows since it was last looked at. */
  isStuck(nodes: readonly { readonly name: string; readonly seen: number }[]): boolean {
    let isStuck = false
    for (const { name, seen } of nodes) {
      const before = this.#seen.get(name)
      // The newest flow stays with the server until there is another one: a single one proves nothing.
      if (before !== undefined && seen > before + 1 && !this.#heard.has(name)) isStuck = true
      if (before === undefined ? this.#seen.size < MAX_NODES : !isStuck) this.#seen.set(name, seen)
    }
    return isStuck
  }
}
