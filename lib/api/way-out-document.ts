import type { EgressWay } from '../model/egress/egress-way'
import type { Origin } from '../model/object'
import { type Bounded, bounded } from './bounded'
import type { Document } from './documents'
import { type WayProblem, wayProblem } from './way-in-document'

const MAX_LISTED = 200

/** `GET /api/v1/exits/{ref}` */
export type WayOutDocument = Document<'WayOut'> & {
  readonly ref: string
  /** Kind of the object. */
  readonly exitKind: string
  readonly system: string
  readonly namespace: string | null
  readonly name: string
  readonly addresses: readonly string[]
  readonly machines: readonly string[]
  /** Workloads whose pods pass the traffic on. */
  readonly proxies: readonly string[]
  /** Workloads that leave through it. */
  readonly sources: Bounded<string>
  readonly pods: number
  readonly destinations: Bounded<{
    readonly ref: string
    readonly text: string
    readonly port: number | null
    readonly note: string
    readonly works: boolean
  }>
  readonly facts: EgressWay['facts']
  readonly standing: EgressWay['standing']
  readonly problems: Bounded<WayProblem>
  readonly origin: Origin | null
}

/** Everything about one way out that its panel shows. */
export function wayOutDocument(way: EgressWay): WayOutDocument {
  const { id, kind, system, namespace, name, addresses, machines, proxies, sources, pods, destinations, facts, standing, problems } = way
  return {
    apiVersion: 'sluice/v1',
    kind: 'WayOut',
    ref: id,
    exitKind: kind,
    system,
    namespace,
    name,
    addresses,
    machines,
    proxies,
    sources: bounded(sources, MAX_LISTED),
    pods,
    destinations: bounded(
      destinations.map(({ kind: what, text, port, note, works }) => ({
        ref: what === 'anything' ? 'entity:world' : what === 'name' ? `dns:${text}` : `cidr:${text}`,
        text: what === 'anything' ? 'anything outside' : text,
        port,
        note,
        works,
      })),
      MAX_LISTED,
    ),
    facts,
    standing,
    problems: bounded(problems.map(wayProblem), MAX_LISTED),
    origin: way.meta.origin,
  }
}
