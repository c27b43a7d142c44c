import { parseAddress } from '../model/address'
import type { Cluster, Pod } from '../model/cluster'
import { NO_LABELS } from '../model/labels'
import type { Protocol } from '../model/protocol'
import type { AddressFamily } from './address-set'
import type { PodFacts } from './end-term'

/** Everything of a pod that policies can look at. */
export type PodTraits = {
  readonly facts: PodFacts
  /** The container ports that rules name, by name. */
  readonly namedPorts: ReadonlyMap<string, readonly ResolvedPort[]>
  /** The first address of each family. */
  readonly addresses: Readonly<Record<AddressFamily, bigint | null>>
}

export type ResolvedPort = { readonly protocol: Protocol; readonly port: number }

/** `initPortsCount`: port names of plain init containers resolve too. */
export function readTraits(pod: Pod, cluster: Cluster, portNames: ReadonlySet<string>, initPortsCount: boolean): PodTraits {
  return {
    facts: {
      namespace: pod.namespace,
      namespaceLabels: cluster.namespaces.get(pod.namespace)?.labels ?? NO_LABELS,
      labels: pod.labels,
      serviceAccount: pod.serviceAccount,
      serviceAccountLabels: cluster.serviceAccounts.get(`${pod.namespace}/${pod.serviceAccount}`)?.labels ?? NO_LABELS,
    },
    namedPorts: resolvePorts(pod, portNames, initPortsCount),
    addresses: addressesOf(pod),
  }
}

/** Named ports of containers that can listen: regular ones and sidecars. */
function resolvePorts(pod: Pod, names: ReadonlySet<string>, initPortsCount: boolean): ReadonlyMap<string, readonly ResolvedPort[]> {
  const resolved = new Map<string, ResolvedPort[]>()
  if (names.size === 0) return resolved
  for (const container of pod.containers) {
    if (container.kind === 'init' && !initPortsCount) continue
    for (const { name, port, protocol } of container.ports) {
      if (name === null || !names.has(name)) continue
      const ports = resolved.get(name)
      if (ports === undefined) resolved.set(name, [{ protocol, port }])
      else ports.push({ protocol, port })
    }
  }
  return resolved
}

function addressesOf(pod: Pod): { readonly 4: bigint | null; readonly 6: bigint | null } {
  const found: Record<AddressFamily, bigint | null> = { 4: null, 6: null }
  for (const ip of pod.ips) {
    const address = parseAddress(ip)
    if (address !== null) found[address.family] ??= address.value
  }
  return found
}
