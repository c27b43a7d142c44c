import type { FlowEndpoint } from './flow'
import type { IdentityPast } from './resolve-flow'

/**
 * Ends whose addresses have not changed hands since a moment, as of one reading of the cluster. Flows share their ends, so
 * that a question is mostly answered by an earlier one: what is settled since a moment is settled since all later ones.
 */
export class SettledEnds {
  readonly #past: Pick<IdentityPast, 'isSettled'> | null
  readonly #servers = new Map<FlowEndpoint, Map<number | null, number>>()

  /** @param past without it nothing is settled that was named by address. */
  constructor(past: Pick<IdentityPast, 'isSettled'> | null) {
    this.#past = past
  }

  /** @param port of the end where it is the server's, else null. */
  has(end: FlowEndpoint, port: number | null, since: number): boolean {
    if (end.ip === null || end.identity === 'stated') return true
    if (this.#past === null) return false
    let ports = this.#servers.get(end)
    const earlier = ports?.get(port)
    if (earlier !== undefined && earlier <= since) return true
    if (!this.#past.isSettled(end.ip, port, since)) return false
    if (ports === undefined) {
      ports = new Map()
      this.#servers.set(end, ports)
    }
    ports.set(port, since)
    return true
  }
}
