import type { BuiltWorkloads } from './build-workloads'
import { buildWorkloads } from './build-workloads'
import type { Cluster, Namespace, Settings } from './cluster'
import { isEqual } from './is-equal'
import type { KnownReading } from './known-reading'
import type { WorkloadRef } from './names'
import { workloadRef } from './names'
import { holdTheSame } from './places-before'
import type { InputProblem } from './problem'
import type { ObjectLists } from './read-object'
import { placeOf } from './read-object'
import { impliedNamespace } from './readers/namespace'
import type { WorkloadObject } from './readers/workload'

export type ClusterNaming = {
  readonly name: string
  readonly source: Cluster['source']
  /** Becomes `Cluster.unread`; none when left out. */
  readonly unread?: Cluster['unread']
}

export type ReadParts = {
  readonly lists: ObjectLists
  /** Namespaces that objects are in, in the order in which they came up. */
  readonly namespaces: readonly string[]
  readonly problems: readonly InputProblem[]
  readonly options: ClusterNaming
}

/** Makes the tables of a cluster. Each part that is as it was is the very value of the reading before, and so is the whole. */
export function fillCluster(
  { lists, namespaces, problems, options }: ReadParts,
  previous: KnownReading | null,
): { readonly cluster: Cluster; readonly workloads: BuiltWorkloads } {
  const before = previous?.cluster ?? null
  const old = previous?.lists ?? null
  function table<Value, Key>(
    was: ReadonlyMap<Key, Value> | undefined,
    oldList: readonly Value[] | undefined,
    list: readonly Value[],
    keyOf: (value: Value) => Key,
  ): ReadonlyMap<Key, Value> {
    if (was !== undefined && oldList !== undefined && holdTheSame(oldList, list)) return was
    const values = new Map<Key, Value>()
    for (const value of list) values.set(keyOf(value), value)
    return values
  }

  const objects = table(previous?.workloads.from.objects, old?.workloads, lists.workloads, refOfWorkload)
  const nodes = table(before?.nodes, old?.nodes, lists.nodes, ({ name }) => name)
  const workloads = buildWorkloads(lists.pods, objects, nodes, previous?.workloads ?? null)
  const cluster: Cluster = {
    name: options.name,
    source: options.source,
    namespaces: namespaceTable(lists.namespaces, namespaces, previous),
    nodes,
    pods: workloads.pods,
    workloads: workloads.workloads,
    services: table(before?.services, old?.services, lists.services, ({ ref }) => ref),
    endpointSlices: list(before?.endpointSlices, lists.endpointSlices),
    ingresses: list(before?.ingresses, lists.ingresses),
    ingressClasses: table(before?.ingressClasses, old?.ingressClasses, lists.ingressClasses, ({ meta }) => meta.name),
    gatewayClasses: table(before?.gatewayClasses, old?.gatewayClasses, lists.gatewayClasses, ({ meta }) => meta.name),
    gateways: table(before?.gateways, old?.gateways, lists.gateways, ({ meta }) => placeOf(meta)),
    listenerSets: list(before?.listenerSets, lists.listenerSets),
    routes: list(before?.routes, lists.routes),
    referenceGrants: list(before?.referenceGrants, lists.referenceGrants),
    entryObjects: list(before?.entryObjects, lists.entryObjects),
    ...configTables(lists, previous),
    secrets:
      before !== null && old !== null && holdTheSame(old.secrets, lists.secrets)
        ? before.secrets
        : new Map(lists.secrets.map(({ place, type }) => [place, type])),
    serviceAccounts: table(before?.serviceAccounts, old?.serviceAccounts, lists.serviceAccounts, placeOf),
    policies: list(before?.policies, lists.policies),
    networkObjects: list(before?.networkObjects, lists.networkObjects),
    others: list(before?.others, lists.others),
    problems: before !== null && isEqual(before.problems, problems) ? before.problems : problems,
    unread: unreadOf(options, before),
  }
  return { cluster: before !== null && isSameCluster(before, cluster) ? before : cluster, workloads }
}

function list<Value>(before: readonly Value[] | undefined, now: readonly Value[]): readonly Value[] {
  return before !== undefined && holdTheSame(before, now) ? before : now
}

function configTables({ configMaps }: ObjectLists, previous: KnownReading | null): Pick<Cluster, 'configMaps' | 'settings'> {
  if (previous !== null && holdTheSame(previous.lists.configMaps, configMaps))
    return { configMaps: previous.cluster.configMaps, settings: previous.cluster.settings }
  const settings = new Map<string, Settings>()
  for (const read of configMaps) if (read.settings !== null) settings.set(read.place, read.settings)
  const before = previous?.cluster.settings
  return {
    configMaps: new Set(configMaps.map(({ place }) => place)),
    settings: before !== undefined && isEqual(before, settings) ? before : settings,
  }
}

function refOfWorkload({ meta, namespace }: WorkloadObject): WorkloadRef {
  return workloadRef(namespace, meta.name, meta.kind)
}

function namespaceTable(
  declared: readonly Namespace[],
  mentioned: readonly string[],
  previous: KnownReading | null,
): ReadonlyMap<string, Namespace> {
  if (previous !== null && holdTheSame(previous.lists.namespaces, declared) && holdTheSame(previous.namespaces, mentioned)) {
    return previous.cluster.namespaces
  }
  const namespaces = new Map(declared.map((namespace) => [namespace.name, namespace]))
  for (const name of mentioned) {
    if (namespaces.has(name)) continue
    const known = previous?.cluster.namespaces.get(name)
    namespaces.set(name, known?.isImplied === true ? known : impliedNamespace(name))
  }
  return namespaces
}

function unreadOf({ unread }: ClusterNaming, before: Cluster | null): Cluster['unread'] {
  const now = unread ?? new Map()
  return before !== null && isEqual(before.unread, now) ? before.unread : now
}

function isSameCluster(before: Cluster, now: Cluster): boolean {
  const parts = Object.keys(now) as (keyof Cluster)[]
  return parts.every((part) => before[part] === now[part])
}
