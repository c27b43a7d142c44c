import type { Pod } from '../cluster'
import { type DoorProblem, type DoorStanding, PREDICTED } from '../door'
import type { DoorDraft } from '../doors/door-draft'
import type { WorkloadRef } from '../names'
import type { ObjectMeta } from '../object'
import { workloadsOf } from './egress-pods'

/** One way out of the cluster, as one object opens or bends it. Declared: nothing here says that anybody uses it. */
export type EgressWay = {
  /** Unique in a cluster and stable while the object exists: `KIND:NS/NAME`, or `KIND:NAME` without a namespace. */
  readonly id: string
  /** Kind of the object, with the product before it where two share a word. */
  readonly kind: string
  /** Product that carries it out, as people call it. */
  readonly system: string
  readonly namespace: string | null
  readonly name: string
  readonly meta: ObjectMeta
  /** Workloads whose pods it is for. */
  readonly sources: readonly WorkloadRef[]
  /** How many pods that are now. */
  readonly pods: number
  /** Addresses that the outside sees; empty when they are those of the machine or the proxy. */
  readonly addresses: readonly string[]
  /** Machines that the traffic leaves through. */
  readonly machines: readonly string[]
  /** Pods that pass it on: an egress gateway of a mesh or of Calico. */
  readonly proxies: readonly WorkloadRef[]
  readonly destinations: readonly EgressDestination[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly standing: DoorStanding
  readonly problems: readonly DoorProblem[]
}

export type EgressDestination = {
  readonly kind: 'range' | 'name' | 'anything'
  /** Canonical CIDR or lower-case name; empty for anything. */
  readonly text: string
  readonly port: number | null
  readonly note: string
  readonly works: boolean
}

export const ANYTHING: EgressDestination = { kind: 'anything', text: '', port: null, note: '', works: true }

/** A way out that an object opens for pods, by the name of the object; `rest` says what is not as with most of them. */
export function egressWay(meta: ObjectMeta, system: string, pods: readonly Pod[], draft: DoorDraft, rest: Partial<EgressWay>): EgressWay {
  const { kind, namespace, name } = meta
  return {
    id: `${kind}:${namespace === null ? name : `${namespace}/${name}`}`,
    kind,
    system,
    namespace,
    name,
    meta,
    sources: workloadsOf(pods),
    pods: pods.length,
    addresses: [],
    machines: [],
    proxies: [],
    destinations: [ANYTHING],
    facts: [],
    standing: PREDICTED,
    ...rest,
    problems: draft.problems,
  }
}

/** Each destination once: several routes lead to the same name. */
export function distinctDestinations(destinations: readonly EgressDestination[]): readonly EgressDestination[] {
  const seen = new Map(destinations.map((destination) => [`${destination.text} ${destination.port}`, destination]))
  return [...seen.values()]
}
