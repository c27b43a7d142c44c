import { type Cidr, parseCidr } from '../../model/address'
import type { Cluster } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import { detectRanges } from '../../platform/ranges'
import { type AddressSet, addressSetOf, addressSetOfTexts, isEmptyAddressSet } from '../../policy/address-set'

/** Addresses that a cluster uses itself, as a set. */
export type ClusterRange = {
  readonly of: 'pods' | 'services'
  readonly addresses: AddressSet
  /** How it is known. */
  readonly evidence: readonly string[]
}

/** Ranges that are stated somewhere; the very addresses seen where none is, because a range over them would hold others too. */
export function clusterRanges(cluster: Cluster): readonly ClusterRange[] {
  const seenPods = [...cluster.pods.values()].flatMap((pod) => (pod.hostNetwork ? [] : pod.ips))
  const seenServices = [...cluster.services.values()].flatMap((service) => service.clusterIps)
  return [rangeOf(cluster, 'pods', seenPods, 'pod addresses'), rangeOf(cluster, 'services', seenServices, 'Service addresses')].flatMap(
    (range) => range ?? [],
  )
}

const MAX_EVIDENCE = 3

function rangeOf(cluster: Cluster, of: ClusterRange['of'], seen: readonly string[], name: string): ClusterRange | null {
  const stated = statedRanges(cluster, of)
  if (stated.length > 0) {
    const evidence = stated.slice(0, MAX_EVIDENCE).map(({ from }) => from.text)
    return { of, addresses: addressSetOf(stated.flatMap(({ cidrs }) => parsed(cidrs))), evidence }
  }
  const addresses = addressSetOfTexts(seen)
  if (isEmptyAddressSet(addresses)) return null
  const [first] = [...seen].sort(compareText)
  return { of, addresses, evidence: [`${name} seen in this cluster, such as ${first}`] }
}

export function statedPodRanges(cluster: Cluster): readonly Cidr[] {
  return statedRanges(cluster, 'pods').flatMap(({ cidrs }) => parsed(cidrs))
}

function statedRanges(cluster: Cluster, of: ClusterRange['of']) {
  return detectRanges(cluster).filter((range) => range.of === of && !range.isGuess)
}

function parsed(cidrs: readonly string[]): readonly Cidr[] {
  return cidrs.flatMap((text) => parseCidr(text) ?? [])
}
