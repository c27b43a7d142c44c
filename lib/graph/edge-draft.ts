import { VERDICTS, type Verdict } from '../flows/flow'
import { mergeSeenTls } from '../flows/tls-sightings'
import type { FlowEdge } from '../flows/window-types'
import { gravestState } from './edge-state'
import type { EdgeState, GraphEdge } from './topology'

const MAX_PORTS = 12
const MAX_POLICIES = 3

/** One drawn traffic edge while flow edges are added to it. */
export class TrafficDraft {
  state: EdgeState
  bundled = 0
  readonly #id: string
  readonly #source: string
  readonly #target: string
  readonly #verdicts = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  readonly #ports = new Set<string>()
  readonly #protocols = new Set<string>()
  readonly #policies = new Map<string, { count: number; policy: GraphEdge['policies'][number] }>()
  readonly #reasons = new Map<string, number>()
  #service: GraphEdge['service'] | 'several' = null
  #lastSeen = 0
  #mutualTls: GraphEdge['mutualTls'] = null

  constructor(id: string, source: string, target: string, state: EdgeState) {
    this.#id = id
    this.#source = source
    this.#target = target
    this.state = state
  }

  add(edge: FlowEdge, state: EdgeState, policies: GraphEdge['policies'], service: GraphEdge['service']): void {
    this.state = gravestState(this.state, state)
    for (const verdict of VERDICTS) this.#verdicts[verdict] += edge.verdicts[verdict]
    this.#protocols.add(edge.protocol)
    if (edge.port !== null) this.#ports.add(`${edge.port} ${edge.protocol}`)
    for (const policy of policies) this.#countPolicy(policy, edge)
    for (const { reason, count } of edge.reasons) this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + count)
    this.#service = this.bundled === 0 ? service : this.#mergeService(service)
    this.#lastSeen = Math.max(this.#lastSeen, edge.lastSeen)
    this.#mutualTls = mergeSeenTls(this.#mutualTls, edge.seenMutualTls ?? null)
    this.bundled++
  }

  /** `unenforced` says why a denial stops nothing in this cluster; null where it does, or nobody can tell. */
  finish(windowSeconds: number, unenforced: string | null): GraphEdge {
    const [protocol] = this.#protocols
    const isOneProtocol = this.#protocols.size === 1
    const ports = [...this.#ports].map((port) => port.split(' ') as [string, string]).sort(([a], [b]) => Number(a) - Number(b))
    const shown = ports.slice(0, MAX_PORTS).map(([port, name]) => (isOneProtocol ? port : `${port}/${name}`))
    if (ports.length > MAX_PORTS) shown.push(`and ${ports.length - MAX_PORTS} more`)
    const total = VERDICTS.reduce((sum, verdict) => sum + this.#verdicts[verdict], 0)
    return {
      id: this.#id,
      source: this.#source,
      target: this.#target,
      relation: 'traffic',
      basis: 'observed',
      state: this.state,
      protocol: isOneProtocol ? (protocol ?? null) : null,
      ports: shown,
      verdicts: this.#verdicts satisfies Record<Verdict, number>,
      rate: Number((total / windowSeconds).toPrecision(3)),
      policies: [...this.#policies.values()]
        .sort((a, b) => b.count - a.count)
        .slice(0, MAX_POLICIES)
        .map(({ policy }) => policy),
      label: this.state === 'seen-though-denied' && unenforced !== null ? `denied by policy, ${unenforced}` : mostSeen(this.#reasons),
      lastSeen: this.#lastSeen,
      service: this.#service === 'several' ? null : this.#service,
      mutualTls: this.#mutualTls,
      claim: null,
      bundled: this.bundled,
    }
  }

  #countPolicy(policy: GraphEdge['policies'][number], edge: FlowEdge): void {
    const key = `${policy.confidence} ${policy.rule} ${policy.policy}`
    const weight = 1 + edge.verdicts.forwarded + edge.verdicts.dropped
    const known = this.#policies.get(key)
    if (known === undefined) this.#policies.set(key, { count: weight, policy })
    else known.count += weight
  }

  #mergeService(service: GraphEdge['service']): GraphEdge['service'] | 'several' {
    const known = this.#service
    if (known === 'several') return 'several'
    if (known?.ref !== service?.ref) return 'several'
    return known?.basis === 'observed' ? known : service
  }
}

function mostSeen(reasons: ReadonlyMap<string, number>): string {
  let best = ''
  let most = 0
  for (const [reason, count] of reasons) {
    if (count > most) {
      best = reason
      most = count
    }
  }
  return best
}
