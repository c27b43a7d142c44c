import type { ObservedEndpoint } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'

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

/** What a record states of one end. Texts are not empty. */
export type EndFields = {
  readonly ip: string | null
  readonly identity: number | null
  readonly namespace: string | null
  readonly pod: string | null
  readonly workload: { readonly name: string; readonly kind: string | null } | null
  readonly service: { readonly name: string; readonly namespace: string | null } | null
  readonly names: readonly string[]
  readonly labels: readonly string[]
}

/** Labels of one end: identities carry a few dozen at most. */
export const MAX_LABELS = 64
export const MAX_NAMES = 8
export const MAX_ADDRESS = 64

/** One end of a Hubble flow as the record states it; nothing is looked up. */
export function endpointOf(fields: EndFields): ObservedEndpoint {
  const { ip, labels, service } = fields
  const namespace = fields.namespace ?? namespaceLabel(labels)
  return {
    ip: ip === null ? null : canonicalAddress(ip),
    namespace,
    pod: fields.pod,
    workload: fields.workload,
    service: service === null ? null : { namespace: service.namespace ?? namespace ?? 'default', name: service.name },
    entity: reservedEntity(fields.identity, labels),
    names: namesOf(fields.names, labels),
    labels,
  }
}

/** DNS names that the agent saw for the address, without the final dot. */
function namesOf(stated: readonly string[], labels: readonly string[]): readonly string[] {
  if (stated.length > 0) return stated.map(withoutFinalDot)
  const selectors = labels.filter((label) => label.startsWith('fqdn:') && !label.includes('*'))
  return selectors.slice(0, MAX_NAMES).map((label) => withoutFinalDot(label.slice('fqdn:'.length)))
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
  const namespace = labels.find((each) => each.startsWith(NAMESPACE_LABEL))?.slice(NAMESPACE_LABEL.length)
  return namespace === undefined || namespace === '' ? null : namespace
}
