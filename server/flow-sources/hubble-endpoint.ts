import type { ObservedEndpoint } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'
import { countOf, type JsonObject, objectOf, textOf, textsOf } from './json-fields'

/** Cilium's reserved identities. Source: cilium/cilium:pkg/identity/numericidentity.go. */
const RESERVED: ReadonlyMap<number, string> = new Map([
  [1, 'host'],
  [2, 'world'],
  [3, 'unmanaged'],
  [4, 'health'],
  [5, 'init'],
  [6, 'remote-node'],
  [7, 'kube-apiserver'],
  [8, 'ingress'],
  [9, 'world'],
  [10, 'world'],
])

/** A label set of one endpoint, bounded: identities carry a few dozen at most. */
const MAX_LABELS = 64

export type HubbleSide = 'source' | 'destination'

/** Reads one end of a Hubble flow as the record states it; nothing is looked up. */
export function readEndpoint(flow: JsonObject, side: HubbleSide): ObservedEndpoint {
  const endpoint = objectOf(flow[side]) ?? {}
  const labels = textsOf(endpoint.labels, MAX_LABELS)
  const workload = Array.isArray(endpoint.workloads) ? objectOf(endpoint.workloads[0]) : null
  const workloadName = textOf(workload?.name)
  const service = objectOf(flow[side === 'source' ? 'source_service' : 'destination_service'])
  const serviceName = textOf(service?.name)
  const ip = textOf(objectOf(flow.IP)?.[side], 64)
  const namespace = textOf(endpoint.namespace) ?? namespaceLabel(labels)
  return {
    ip: ip === null ? null : canonicalAddress(ip),
    namespace,
    pod: textOf(endpoint.pod_name),
    workload: workloadName === null ? null : { name: workloadName, kind: textOf(workload?.kind) },
    service: serviceName === null ? null : { namespace: textOf(service?.namespace) ?? namespace ?? 'default', name: serviceName },
    entity: reservedEntity(countOf(endpoint.identity), labels),
    names: namesOf(flow[side === 'source' ? 'source_names' : 'destination_names'], labels),
    labels,
  }
}

/** DNS names that the agent saw for the address, without the final dot. */
function namesOf(stated: unknown, labels: readonly string[]): readonly string[] {
  const names = textsOf(stated, 8)
  if (names.length > 0) return names.map(withoutFinalDot)
  const selectors = labels.filter((label) => label.startsWith('fqdn:') && !label.includes('*'))
  return selectors.slice(0, 8).map((label) => withoutFinalDot(label.slice('fqdn:'.length)))
}

export function withoutFinalDot(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name
}

/** An API server on another machine carries two reserved labels; the more telling one wins. */
function reservedEntity(identity: number | null, labels: readonly string[]): string | null {
  if (labels.includes('reserved:kube-apiserver')) return 'kube-apiserver'
  const known = identity === null ? undefined : RESERVED.get(identity)
  if (known !== undefined) return known
  const label = labels.find((each) => each.startsWith('reserved:'))
  if (label === undefined) return null
  const name = label.slice('reserved:'.length)
  return name.startsWith('world-') ? 'world' : name
}

const NAMESPACE_LABEL = 'k8s:io.kubernetes.pod.namespace='

function namespaceLabel(labels: readonly string[]): string | null {
  const label = labels.find((each) => each.startsWith(NAMESPACE_LABEL))
  return label === undefined ? null : textOf(label.slice(NAMESPACE_LABEL.length))
}
