import type { Cluster, Container, Workload } from '../model/cluster'
import { type Evidence, evidenceOf } from './evidence'

/** A DaemonSet as the machines run it. */
export type Daemon = {
  readonly workload: Workload
  /** Of one of its pods; all pods of a DaemonSet have the same. */
  readonly containers: readonly Container[]
  /** `running` also where only its manifest is known, or where its pods cannot be read. */
  readonly state: 'running' | 'stopped'
  /** Machines on which a pod of it is ready; null when that cannot be told. */
  readonly readyOn: readonly string[] | null
}

/** The DaemonSets of a cluster. */
export function daemonsOf(cluster: Cluster): readonly Daemon[] {
  return [...cluster.workloads.values()].filter(({ kind }) => kind === 'DaemonSet').map((workload) => daemonOf(workload, cluster))
}

function daemonOf(workload: Workload, cluster: Cluster): Daemon {
  const pods = workload.pods.flatMap((ref) => cluster.pods.get(ref) ?? [])
  const ready = pods.filter((pod) => pod.ready && !pod.terminating)
  const isUnseen = cluster.unread.has('/Pod') && pods.every(({ isImplied }) => isImplied)
  const newest = ready[0] ?? pods[0]
  const readyOn = isUnseen || ready.some(({ nodeName }) => nodeName === null) ? null : ready.flatMap(({ nodeName }) => nodeName ?? [])
  return { workload, containers: newest?.containers ?? [], state: ready.length > 0 || isUnseen ? 'running' : 'stopped', readyOn }
}

/** The containers that run beside each other; those that only prepare the pod are left out. */
export function hasContainer({ containers }: Daemon, name: string): boolean {
  return containers.some((container) => container.kind !== 'init' && container.name === name)
}

export function containerOf({ containers }: Daemon, name: string): Container | null {
  return containers.find((container) => container.kind !== 'init' && container.name === name) ?? null
}

/** `DaemonSet kube-system/calico-node is Calico and runs on 2 of 3 machines.` */
export function daemonEvidence(daemon: Daemon, title: string, cluster: Cluster): Evidence {
  const { workload, state, readyOn } = daemon
  const on = readyOn === null || cluster.nodes.size === 0 ? '' : ` on ${countOf(readyOn.length, cluster.nodes.size)}`
  const runs = state === 'running' ? `runs${on}` : 'has no pod that is ready'
  return evidenceOf('running', workload, `DaemonSet ${workload.namespace}/${workload.name} is ${title} and ${runs}.`)
}

function countOf(some: number, all: number): string {
  if (some === all) return some === 1 ? 'the only machine' : `all ${all} machines`
  return `${some} of ${all} machines`
}

/** Machines without a ready pod of the daemon, of which some may not be meant to have one. */
export function machinesWithout({ readyOn }: Daemon, cluster: Cluster): readonly string[] {
  if (readyOn === null) return []
  const covered = new Set(readyOn)
  return [...cluster.nodes.values()].filter((node) => !covered.has(node.name) && isLinux(node.meta.labels)).map(({ name }) => name)
}

function isLinux(labels: ReadonlyMap<string, string>): boolean {
  return (labels.get('kubernetes.io/os') ?? 'linux') === 'linux'
}
