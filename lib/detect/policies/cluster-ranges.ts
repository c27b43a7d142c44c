import { type Cidr, formatCidr, parseCidr } from '../../model/address'
import type { Cluster } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import { isRecord } from '../../model/fields'
import { type AddressSet, addressSetOf, addressSetOfTexts, isEmptyAddressSet } from '../../policy/address-set'

/** Addresses that a cluster uses itself, as far as its objects say. */
export type ClusterRange = {
  readonly of: 'pods' | 'services'
  readonly addresses: AddressSet
  /** How it is known, for evidence. */
  readonly evidence: string
}

/** Ranges that objects state; the addresses seen where none does. */
export function clusterRanges(cluster: Cluster): readonly ClusterRange[] {
  const pods = statedPodRanges(cluster)
  const services = statedServiceRanges(cluster)
  const seenPods = [...cluster.pods.values()].flatMap((pod) => (pod.hostNetwork ? [] : pod.ips))
  const seenServices = [...cluster.services.values()].flatMap((service) => service.clusterIps)
  return [rangeOf('pods', pods, seenPods, 'pod addresses'), rangeOf('services', services, seenServices, 'Service addresses')].flatMap(
    (range) => range ?? [],
  )
}

function rangeOf(of: ClusterRange['of'], stated: readonly Cidr[], seen: readonly string[], name: string): ClusterRange | null {
  if (stated.length > 0) {
    const texts = [...new Set(stated.map(formatCidr))].sort()
    const list = `${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ` and ${texts.length - 3} more` : ''}`
    return { of, addresses: addressSetOf(stated), evidence: `${name} of this cluster: ${list}` }
  }
  const addresses = addressSetOfTexts(seen)
  if (isEmptyAddressSet(addresses)) return null
  const [first] = [...seen].sort(compareText)
  return { of, addresses, evidence: `${name} seen in this cluster, such as ${first}` }
}

export function statedPodRanges(cluster: Cluster): readonly Cidr[] {
  const ofNodes = [...cluster.nodes.values()].flatMap(({ podCidrs }) => podCidrs)
  const ofPools = cluster.networkObjects.flatMap(({ meta, body }) => (meta.kind === 'IPPool' ? textAt(body, 'cidr') : []))
  return [...ofNodes, ...ofPools].flatMap((text) => parseCidr(text) ?? [])
}

function statedServiceRanges(cluster: Cluster): readonly Cidr[] {
  const texts = cluster.networkObjects.flatMap(({ meta, body }) => {
    const spec = isRecord(body.spec) ? body.spec : {}
    return meta.kind === 'ServiceCIDR' && Array.isArray(spec.cidrs) ? spec.cidrs.filter((text) => typeof text === 'string') : []
  })
  return texts.flatMap((text) => parseCidr(text) ?? [])
}

function textAt(body: Readonly<Record<string, unknown>>, field: string): readonly string[] {
  const spec = isRecord(body.spec) ? body.spec : {}
  const value = spec[field]
  return typeof value === 'string' ? [value] : []
}
