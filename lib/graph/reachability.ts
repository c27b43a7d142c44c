import type { Cluster } from '../model/cluster'
import type { WorkloadRef } from '../model/names'
import { PROTOCOLS } from '../model/protocol'
import type { ConnectionSet, PortRange } from '../policy/types'
import type { GraphPolicies } from './graph-policies'

/** Pairs of workloads that the policies let talk. */
export type Reachability = {
  /** Connections from one workload to another; `none` for a pair that may not talk, and for a workload and itself. */
  readonly between: (source: WorkloadRef, target: WorkloadRef) => ConnectionSet
  /** How many pairs lead from one namespace to another, and the first of them. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, NamespacePairs>>
}

export type NamespacePairs = { readonly count: number; readonly firstSource: WorkloadRef; readonly firstTarget: WorkloadRef }

export function readReachability(cluster: Cluster, policies: GraphPolicies): Reachability {
  const connectivity = policies.connectivity('workload', { external: false })
  const namespaces = new Map<string, Map<string, { count: number; firstSource: WorkloadRef; firstTarget: WorkloadRef }>>()
  const workloads = connectivity.ends.flatMap((ref) => cluster.workloads.get(ref as WorkloadRef) ?? [])
  for (const source of workloads) {
    const row = rowOf(namespaces, source.namespace)
    for (const target of workloads) {
      if (source === target || connectivity.between(source.ref, target.ref) === 'none') continue
      const known = row.get(target.namespace)
      if (known === undefined) row.set(target.namespace, { count: 1, firstSource: source.ref, firstTarget: target.ref })
      else known.count++
    }
  }
  return { between: (source, target) => connectivity.between(source, target), namespaces }
}

function rowOf<Key, Inner, Value>(table: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const known = table.get(key)
  if (known !== undefined) return known
  const row = new Map<Inner, Value>()
  table.set(key, row)
  return row
}

/** Ports as an edge writes them: `8080`, `8080-8090`, `53/UDP` where several protocols are meant; empty for every port. */
export function portsOf(connections: ConnectionSet): { readonly protocol: string | null; readonly ports: readonly string[] } {
  if (connections === 'all' || connections === 'none') return { protocol: null, ports: [] }
  const named = PROTOCOLS.filter((protocol) => (connections[protocol]?.length ?? 0) > 0)
  const protocol = named.length === 1 ? (named[0] ?? null) : null
  const ports = named.flatMap((name) =>
    (connections[name] ?? []).map((range) => (protocol === null ? `${text(range)}/${name}` : text(range))),
  )
  return { protocol, ports: protocol !== null && ports.length === 1 && ports[0] === '1-65535' ? [] : ports }
}

function text([from, to]: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`
}
