import type { Cluster, Pod } from '../model/cluster'
import { isEqual } from '../model/is-equal'
import type { PodRef } from '../model/names'
import { holdTheSame, placesBefore } from '../model/places-before'
import type { AddressSet } from './address-set'
import type { CompiledPolicy } from './compiled-policy'
import { type Footprint, footprintKey, footprintOf, missingFrom } from './footprint'
import { type PodTraits, readTraits } from './pod-traits'

/**
 * Pods that no policy of the set can tell apart. What is known of one of them stands for all, and so does its address,
 * because no policy separates them.
 */
export type PodClass = PodTraits & { readonly id: number; readonly pods: readonly PodRef[] }

export type PodClasses = {
  /** Those with pods. */
  readonly all: readonly PodClass[]
  /** Host-network and finished pods are in no class. */
  readonly byPod: ReadonlyMap<PodRef, PodClass>
  /** More than every id; some ids below it may be of classes that lost their pods. */
  readonly capacity: number
  readonly origin: ClassOrigin
}

/** How the classes came about, for the next ones. */
export type ClassOrigin = {
  readonly cluster: Cluster
  /** Together what the policies look at, and perhaps more. */
  readonly footprints: readonly Footprint[]
  /** By id, what is alike in the pods of a class. */
  readonly keys: readonly string[]
  readonly pods: readonly Pod[]
  /** The class of each of these; -1 for pods in no class. */
  readonly ids: Int32Array
}

/** What something beside the network policies looks at. */
export type OtherFootprint = {
  /** Equal for pods that it does not tell apart. */
  classKey(pod: Pod): string
  /** Between the bounds of these it does not tell addresses apart. */
  readonly addresses: readonly AddressSet[]
}

/** The pods of one class while they are gathered. */
type Members = {
  readonly first: Pod
  /** Whether the first is the same object that was in the class before. */
  readonly isFirstKept: boolean
  readonly refs: PodRef[]
}

const NOTHING_ELSE: OtherFootprint = { classKey: () => '', addresses: [] }

/** True for a pod that policies select and match by label: with an address of its own, and not finished. */
export function isPolicySubject(pod: Pod): boolean {
  return !pod.hostNetwork && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'
}

/**
 * Sorts the pods of a cluster into classes with the same policy footprint. `initPortsCount`: port names of plain init
 * containers resolve too, which can no longer listen; Calico takes them all in.
 *
 * With `previous`, pods that did not change stay in their class, and a class keeps its id as long as it has pods: new
 * ids are for pods that look like none before, and for parts of a class that new policies tell apart.
 */
export function classifyPods(
  cluster: Cluster,
  policies: readonly CompiledPolicy[],
  other: OtherFootprint = NOTHING_ELSE,
  initPortsCount = false,
  previous: PodClasses | null = null,
): PodClasses {
  const known = previous?.origin.footprints ?? []
  const wanted = footprintOf(policies, other.addresses)
  const missing = previous === null ? wanted : missingFrom(known, wanted)
  const footprints = missing === null ? known : [...known, missing]
  if (previous !== null && missing === null && seesTheSame(previous.origin.cluster, cluster)) return previous

  const portNames = new Set(footprints.flatMap((footprint) => [...footprint.portNames]))
  const see = (pod: Pod): PodTraits => readTraits(pod, cluster, portNames, initPortsCount)
  const pods = [...cluster.pods.values()]
  const oldIds = idsBefore(previous, cluster, pods)
  if (previous !== null && missing === null && areInTheirClasses(previous, pods, oldIds, (pod) => other.classKey(pod), see)) {
    return { ...previous, origin: { ...previous.origin, cluster, pods } }
  }
  const ids = new ClassIds(previous)
  const podIds = new Int32Array(pods.length).fill(-1)
  const members = new Map<number, Members>()
  for (const [index, pod] of pods.entries()) {
    if (!isPolicySubject(pod)) continue
    const oldId = oldIds[index] ?? -1
    let id = oldId
    if (oldId === -1 || missing !== null) {
      const seen = see(pod)
      const base = oldId === -1 ? `${other.classKey(pod)}${keyOf(seen, known)}` : (previous?.origin.keys[oldId] ?? '')
      id = ids.idOf(base, missing === null ? '' : `‖${footprintKey(seen, missing)}`)
    }
    podIds[index] = id
    const sharing = members.get(id)
    if (sharing === undefined) members.set(id, { first: pod, isFirstKept: oldId !== -1, refs: [pod.ref] })
    else sharing.refs.push(pod.ref)
  }

  const before = new Map(previous?.all.map((podClass) => [podClass.id, podClass]))
  const all: PodClass[] = []
  for (const [id, { first, isFirstKept, refs }] of members) {
    const old = before.get(id)
    // The traits of a class are its first pod's: what nobody looks at now may have changed, and be looked at later.
    const mayStay = old !== undefined && (missing === null || missing.portNames.size === 0) && holdTheSame(old.pods, refs)
    const traits = mayStay && isFirstKept ? null : see(first)
    if (mayStay && (traits === null || hasTraits(old, traits))) all.push(old)
    else all.push({ id, ...(traits ?? see(first)), pods: refs })
  }
  const origin: ClassOrigin = { cluster, footprints, keys: ids.keys, pods, ids: podIds }
  if (previous !== null && holdTheSame(previous.all, all)) return { ...previous, origin }
  const byPod = new Map<PodRef, PodClass>()
  for (const podClass of all) for (const ref of podClass.pods) byPod.set(ref, podClass)
  return { all, byPod, capacity: ids.next, origin }
}

/** Gives ids to keys. A class that falls apart leaves its id to the first part. */
class ClassIds {
  next: number
  readonly keys: string[]
  private readonly ids = new Map<string, number>()
  private readonly oldIds: ReadonlyMap<string, number>
  private readonly taken = new Set<number>()

  constructor(previous: PodClasses | null) {
    this.next = previous?.capacity ?? 0
    this.keys = [...(previous?.origin.keys ?? [])]
    this.oldIds = new Map(previous?.all.map(({ id }) => [previous.origin.keys[id] ?? '', id]))
  }

  /** `base`: what was looked at before; `more`: what is looked at now besides. */
  idOf(base: string, more: string): number {
    const key = more === '' ? base : base + more
    const known = this.ids.get(key)
    if (known !== undefined) return known
    const old = this.oldIds.get(base)
    const id = old === undefined || this.taken.has(old) ? this.next++ : old
    this.taken.add(id)
    this.ids.set(key, id)
    this.keys[id] = key
    return id
  }
}

function keyOf(seen: PodTraits, footprints: readonly Footprint[]): string {
  return footprints.map((footprint) => `‖${footprintKey(seen, footprint)}`).join('')
}

function seesTheSame(before: Cluster, after: Cluster): boolean {
  return before.pods === after.pods && before.namespaces === after.namespaces && before.serviceAccounts === after.serviceAccounts
}

/** For each pod the class that it had, where the pod, its namespace and its service account are the same objects as before; else -1. */
function idsBefore(previous: PodClasses | null, cluster: Cluster, pods: readonly Pod[]): Int32Array {
  if (previous === null) return new Int32Array(pods.length).fill(-1)
  const { namespaces, serviceAccounts } = previous.origin.cluster
  const places = placesBefore(previous.origin.pods, pods)
  const isSameNamespace = (name: string): boolean => namespaces.get(name) === cluster.namespaces.get(name)
  const isSameAccount = (name: string): boolean => serviceAccounts.get(name) === cluster.serviceAccounts.get(name)
  const areNamespacesKept = namespaces === cluster.namespaces
  const areAccountsKept = serviceAccounts === cluster.serviceAccounts
  return places.map((place, index) => {
    const pod = pods[index]
    if (place === -1 || pod === undefined) return -1
    if (!areNamespacesKept && !isSameNamespace(pod.namespace)) return -1
    if (!areAccountsKept && !isSameAccount(`${pod.namespace}/${pod.serviceAccount}`)) return -1
    return previous.origin.ids[place] ?? -1
  })
}

/** True when every pod stands where it stood, and those that changed look to every policy as they did. */
function areInTheirClasses(
  previous: PodClasses,
  pods: readonly Pod[],
  oldIds: Int32Array,
  otherKey: (pod: Pod) => string,
  see: (pod: Pod) => PodTraits,
): boolean {
  const { origin, byPod } = previous
  if (origin.pods.length !== pods.length) return false
  for (let index = 0; index < pods.length; index++) {
    const [pod, old] = [pods[index], origin.pods[index]]
    if (pod === old && oldIds[index] === origin.ids[index]) continue
    if (pod === undefined || old === undefined || pod.ref !== old.ref || isPolicySubject(pod) !== isPolicySubject(old)) return false
    if (!isPolicySubject(pod)) continue
    const podClass = byPod.get(pod.ref)
    if (podClass === undefined) return false
    const seen = see(pod)
    if (otherKey(pod) + keyOf(seen, origin.footprints) !== origin.keys[podClass.id]) return false
    if (podClass.pods[0] === pod.ref && !hasTraits(podClass, seen)) return false
  }
  return true
}

function hasTraits({ facts, namedPorts, addresses }: PodClass, now: PodTraits): boolean {
  return isEqual(facts, now.facts) && isEqual(namedPorts, now.namedPorts) && isEqual(addresses, now.addresses)
}
