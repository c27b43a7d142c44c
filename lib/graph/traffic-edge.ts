import { VERDICTS, type Verdict } from '../flows/flow'
import { mergeSeenTls } from '../flows/tls-sightings'
import { gravestState } from './edge-state'
import type { JudgedEdge } from './judged-edges'
import type { GraphEdge } from './topology'

const MAX_PORTS = 12
const MAX_POLICIES = 3

/** A drawn edge and the flow edges that it stands for, at least one. */
export type TrafficDraft = { readonly id: string; readonly source: string; readonly target: string; readonly judged: JudgedEdge[] }

/** `unenforced` says why a denial stops nothing in this cluster; null where it does, or nobody can tell. */
export function trafficEdge({ id, source, target, judged }: TrafficDraft, windowSeconds: number, unenforced: string | null): GraphEdge {
  const verdicts: Record<Verdict, number> = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
  let state: GraphEdge['state'] & string = 'allowed-unused'
  let lastSeen = 0
  let mutualTls: GraphEdge['mutualTls'] = null
  let reporters: readonly string[] = []
  let total = 0
  for (const { edge, state: itsState, flows } of judged) {
    for (const verdict of VERDICTS) verdicts[verdict] += edge.verdicts[verdict]
    state = gravestState(state, itsState)
    lastSeen = Math.max(lastSeen, edge.lastSeen)
    mutualTls = mergeSeenTls(mutualTls, edge.seenMutualTls ?? null)
    reporters = withAll(reporters, edge.reporters)
    total += flows
  }
  return {
    id,
    source,
    target,
    relation: 'traffic',
    basis: 'observed',
    state,
    ...protocolAndPorts(judged),
    verdicts,
    rate: Number((total / windowSeconds).toPrecision(3)),
    policies: mostFrequentPolicies(judged),
    label: state === 'seen-though-denied' && unenforced !== null ? `denied by policy, ${unenforced}` : mostSeenReason(judged),
    lastSeen,
    service: commonService(judged),
    mutualTls,
    reporters,
    claim: null,
    bundled: judged.length,
  }
}

/** Ports by number, each with its protocol where there are several. */
function protocolAndPorts(judged: readonly JudgedEdge[]): Pick<GraphEdge, 'protocol' | 'ports'> {
  const protocols = new Set(judged.map(({ edge }) => edge.protocol))
  const [protocol] = protocols
  const isOneProtocol = protocols.size === 1
  const ports = new Map<string, number>()
  for (const { edge } of judged) {
    if (edge.port !== null) ports.set(isOneProtocol ? `${edge.port}` : `${edge.port}/${edge.protocol}`, edge.port)
  }
  const shown = [...ports].sort(([, a], [, b]) => a - b).map(([text]) => text)
  const more = shown.length > MAX_PORTS ? [`and ${shown.length - MAX_PORTS} more`] : []
  return { protocol: isOneProtocol ? (protocol ?? null) : null, ports: [...shown.slice(0, MAX_PORTS), ...more] }
}

/** Both lists in order; the same list where it has all of the other, which is so of nearly all edges. */
function withAll(list: readonly string[], other: readonly string[]): readonly string[] {
  if (list.length === 0) return other
  return other.every((name) => list.includes(name)) ? list : [...new Set([...list, ...other])].sort()
}

function mostFrequentPolicies(judged: readonly JudgedEdge[]): GraphEdge['policies'] {
  const [first] = judged
  if (first !== undefined && judged.length === 1) return first.policies.slice(0, MAX_POLICIES)
  const counts = new Map<string, { count: number; readonly policy: GraphEdge['policies'][number] }>()
  for (const { edge, policies } of judged) {
    const weight = 1 + edge.verdicts.forwarded + edge.verdicts.dropped
    for (const policy of policies) {
      const key = `${policy.confidence} ${policy.rule} ${policy.policy}`
      const known = counts.get(key)
      if (known === undefined) counts.set(key, { count: weight, policy })
      else known.count += weight
    }
  }
  const ranked = [...counts.values()].sort((a, b) => b.count - a.count)
  return ranked.slice(0, MAX_POLICIES).map(({ policy }) => policy)
}

function mostSeenReason(judged: readonly JudgedEdge[]): string {
  const counts = new Map<string, number>()
  for (const { edge } of judged) {
    for (const { reason, count } of edge.reasons) counts.set(reason, (counts.get(reason) ?? 0) + count)
  }
  let best = ''
  let most = 0
  for (const [reason, count] of counts) {
    if (count > most) [best, most] = [reason, count]
  }
  return best
}

/** The Service that all of them go to; null where they differ. Seen by any of them it is seen. */
function commonService(judged: readonly JudgedEdge[]): GraphEdge['service'] {
  const services = judged.map(({ service }) => service)
  const [first = null] = services
  if (services.some((service) => service?.ref !== first?.ref)) return null
  return services.find((service) => service?.basis === 'observed') ?? first
}
