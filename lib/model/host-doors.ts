import type { Cluster, Workload } from './cluster'
import type { Door } from './door'
import type { PodRef } from './names'
import type { Protocol } from './protocol'

type HostPort = { readonly port: number; readonly protocol: Protocol; readonly name: string | null; readonly pods: PodRef[] }

/** Ports that pods open on the address of their node: `hostPort`, and every declared port of a hostNetwork pod. */
export function hostDoors(cluster: Cluster): readonly Door[] {
  return [...cluster.workloads.values()].flatMap((workload) => {
    const onHostNetwork = collect(cluster, workload, true)
    const onHostPort = collect(cluster, workload, false)
    return [
      ...(onHostPort.ports.length > 0 ? [door('HostPort', workload, onHostPort)] : []),
      ...(onHostNetwork.ports.length > 0 ? [door('HostNetwork', workload, onHostNetwork)] : []),
    ]
  })
}

type Collected = { readonly ports: readonly HostPort[]; readonly addresses: readonly string[] }

function collect(cluster: Cluster, workload: Workload, hostNetwork: boolean): Collected {
  const ports = new Map<string, HostPort>()
  const addresses = new Set<string>()
  for (const ref of workload.pods) {
    const pod = cluster.pods.get(ref)
    if (pod === undefined || pod.hostNetwork !== hostNetwork || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    for (const container of pod.containers) {
      if (container.kind === 'init') continue
      for (const { name, port, hostPort, protocol } of container.ports) {
        const open = hostNetwork ? (hostPort ?? port) : hostPort
        if (open === null) continue
        const key = `${protocol} ${open}`
        const known = ports.get(key) ?? { port: open, protocol, name, pods: [] }
        ports.set(key, known)
        if (known.pods.at(-1) !== ref) known.pods.push(ref)
        for (const address of pod.hostIps.length > 0 ? pod.hostIps : nodeAddresses(cluster, pod.nodeName)) addresses.add(address)
      }
    }
  }
  return { ports: [...ports.values()], addresses: [...addresses] }
}

function nodeAddresses(cluster: Cluster, nodeName: string | null): readonly string[] {
  const node = nodeName === null ? undefined : cluster.nodes.get(nodeName)
  return node?.addresses.flatMap(({ type, address }) => (type === 'Hostname' ? [] : address)) ?? []
}

function door(kind: 'HostPort' | 'HostNetwork', workload: Workload, { ports, addresses }: Collected): Door {
  return {
    id: `${kind}:${workload.ref}`,
    kind,
    namespace: workload.namespace,
    name: workload.name,
    meta: workload.meta,
    className: null,
    addresses,
    ports: ports.map(({ port, protocol, name }) => ({ port, protocol, tls: false, name })),
    hosts: [],
    targets: ports.map(({ port, protocol, pods }) => ({ kind: 'workload', workload: workload.ref, pods, port, protocol })),
    facts: [],
    standing: { by: 'object' },
    problems: [],
  }
}
