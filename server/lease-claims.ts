import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiConnection } from './kubernetes/connection/api-connection'
import { leaseAt } from './kubernetes/lease/lease-client'
import { type ElectionState, LeaseElection, RETRY_MS } from './kubernetes/lease/lease-election'
import type { SourceClaims, Term } from './source-claims'

/** A process that was frozen is to notice soon that it holds nothing any more. */
const LOOK_MS = 500

export type LeaseClaimsOptions = {
  /** Of its own: a renewal must not wait behind long lists. Closed with the claims. */
  readonly connection: ApiConnection
  /** Where the Leases are. */
  readonly namespace: string
  /** What is shared: claims of one source for other stores, or for other clusters, are others. */
  readonly scope: string
  /** Who this is, for people. */
  readonly host: string
}

/** Claims on sources as Leases of Kubernetes, one for each source. */
export class LeaseClaims implements SourceClaims {
  readonly #options: LeaseClaimsOptions
  readonly #identity: string
  readonly #elections = new Map<string, LeaseElection>()
  /** Those that are held. */
  readonly #terms = new Map<LeaseElection, Term>()
  readonly #closed = new AbortController()

  constructor(options: LeaseClaimsOptions) {
    this.#options = options
    this.#identity = `${options.host}_${randomBytes(6).toString('hex')}`
  }

  async hold(source: string, tell: Parameters<SourceClaims['hold']>[1], signal: AbortSignal): Promise<Term | null> {
    const election = this.#electionOf(source)
    const stop = AbortSignal.any([signal, this.#closed.signal])
    while (!stop.aborted) {
      await election.tick()
      if (election.state.kind === 'holds') return this.#terms.get(election) ?? this.#keep(election)
      tell(...describe(election.state))
      await delay(RETRY_MS, undefined, { signal: stop, ref: false }).catch(() => undefined)
    }
    return null
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await Promise.all([...this.#elections.values()].map((election) => election.release()))
    this.#options.connection.close()
  }

  /** Renews until the claim is lost or given back. */
  #keep(election: LeaseElection): Term {
    const lost = new AbortController()
    let tried = 0
    const timer = setInterval(() => {
      if (!election.isHeld) {
        this.#terms.delete(election)
        lost.abort()
      }
      if (lost.signal.aborted || this.#closed.signal.aborted) clearInterval(timer)
      else if (++tried % (RETRY_MS / LOOK_MS) === 0) void election.tick()
    }, LOOK_MS)
    timer.unref()
    const term: Term = { lost: lost.signal, isHeld: () => election.isHeld }
    this.#terms.set(election, term)
    return term
  }

  #electionOf(source: string): LeaseElection {
    const known = this.#elections.get(source)
    if (known !== undefined) return known
    const { connection, namespace, scope } = this.#options
    const hash = createHash('sha256').update(`${scope}\n${source}`).digest('hex').slice(0, 16)
    const lease = leaseAt(connection, {
      namespace,
      name: `sluice-${hash}`,
      annotations: { 'sluice/source': source, 'sluice/store': scope },
    })
    const election = new LeaseElection({ lease, identity: this.#identity, ticks: () => performance.now(), now: () => Date.now() })
    this.#elections.set(source, election)
    return election
  }
}

function describe(state: ElectionState): ['connecting' | 'failed', string] {
  if (state.kind === 'failed') return ['failed', state.message]
  const holder = state.kind === 'waits' ? (state.holder.split('_', 1)[0] ?? '') : ''
  return ['connecting', `the collector on ${holder} counts this source; this one goes on when that one ends`]
}
