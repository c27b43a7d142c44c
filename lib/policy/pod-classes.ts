import type { Cluster, Pod } from '../model/cluster'
import type { PodRef } from '../model/names'
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
}

/** What something beside the network policies looks at. */
export type OtherFootprint = {
  /** Equal for pods that it does not tell apart. */
  classKey(pod: Pod): string
  /** Between the bounds of these it does not tell addresses apart. */
  readonly addresses: readonly AddressSet[]
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
  const isUnchanged = unchangedSince(previous, cluster)
  const ids = new ClassIds(previous)
  const members = new Map<number, Pod[]>()
  for (const pod of cluster.pods.values()) {
    if (!isPolicySubject(pod)) continue
    const old = isUnchanged(pod) ? previous?.byPod.get(pod.ref) : undefined
    const seen = old !== undefined && missing === null ? null : see(pod)
    const base = old === undefined ? `${other.classKey(pod)}${keyOf(seen ?? see(pod), known)}` : (previous?.origin.keys[old.id] ?? '')
    const id = ids.idOf(base, missing === null || seen === null ? '' : `‖${footprintKey(seen, missing)}`)
    const sharing = members.get(id)
    if (sharing === undefined) members.set(id, [pod])
    else sharing.push(pod)
  }

  const before = new Map(previous?.all.map((podClass) => [podClass.id, podClass]))
  const all: PodClass[] = []
  const byPod = new Map<PodRef, PodClass>()
  for (const [id, pods] of members) {
    const [first] = pods
    const old = before.get(id)
    if (first === undefined) continue
    // The traits of a class are its first pod's: what nobody looks at now may have changed, and be looked at later.
    const isOld = old !== undefined && isUnchanged(first) && (missing === null || missing.portNames.size === 0) && hasPods(old, pods)
    const podClass = isOld ? old : { id, ...see(first), pods: pods.map(({ ref }) => ref) }
    all.push(podClass)
    for (const ref of podClass.pods) byPod.set(ref, podClass)
  }
  return { all, byPod, capacity: ids.next, origin: { cluster, footprints, keys: ids.keys } }
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

/** Tells whether a pod, its namespace and its service account are the same objects as before. */
function unchangedSince(previous: PodClasses | null, cluster: Cluster): (pod: Pod) => boolean {
  if (previous === null) return () => false
  const { pods, namespaces, serviceAccounts } = previous.origin.cluster
  return (pod) => {
    if (pods.get(pod.ref) !== pod || namespaces.get(pod.namespace) !== cluster.namespaces.get(pod.namespace)) return false
    if (serviceAccounts === cluster.serviceAccounts) return true
    const account = `${pod.namespace}/${pod.serviceAccount}`
    return serviceAccounts.get(account) === cluster.serviceAccounts.get(account)
  }
}

function hasPods({ pods }: PodClass, now: readonly Pod[]): boolean {
  return pods.length === now.length && pods.every((ref, index) => ref === now[index]?.ref)
}
