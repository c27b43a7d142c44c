import type { Labels } from '../model/labels'
import { matchesSelector } from '../model/selector'
import type { AddressFamily, AddressSet } from './address-set'
import { ADDRESS_FAMILIES, coverage, hasAddress } from './address-set'
import { type Condition, type EndTerm, holdsForPod } from './end-term'
import type { PodClass } from './pod-classes'
import { both, not, type Truth } from './truth'
import type { UnknownReason } from './types'

/** One end of a connection as policies see it. */
export type End =
  /** A pod with an address of its own, through its class. The pods of a class may be of several namespaces, so an explanation says its own. */
  | { readonly kind: 'pod'; readonly podClass: PodClass; readonly namespace: string }
  /** Something known by address only. When several addresses are possible, what holds for some of them is uncertain. */
  | {
      readonly kind: 'address'
      readonly possible: AddressSet
      /** Why it is not known which of the possible addresses it is. */
      readonly because: UnknownReason
      /** Cluster machine behind the address; null for anything outside. */
      readonly node: NodeEnd | null
      /** DNS name that the question gave; null when it gave an address. */
      readonly domain: string | null
      /** True when it is known to be the API server. */
      readonly isApiServer: boolean
    }
  /** Nothing is known: it may be a pod, a machine or an outside address. */
  | { readonly kind: 'anything' }

/** `own` is the machine that the other end runs on, `remote` any other one; otherwise it is the machine of that name, if the name is known. */
export type NodeEnd = { readonly name: string | null; readonly labels: Labels; readonly relation: 'own' | 'remote' | 'by-name' }

/** Any pod of the class; its first one in explanations. */
export function anyPodOf(podClass: PodClass): End {
  return { kind: 'pod', podClass, namespace: podClass.facts.namespace }
}

/** The same end when the connection uses addresses of one family. */
export function inFamily(end: End, family: AddressFamily | null): End {
  if (end.kind !== 'address' || family === null) return end
  return { ...end, possible: family === 4 ? { 4: end.possible[4], 6: [] } : { 4: [], 6: end.possible[6] } }
}

/** The address families an end can speak; null when no address is known, so that every family is possible. */
export function familiesOf(end: End): readonly AddressFamily[] | null {
  if (end.kind === 'anything') return null
  const families = ADDRESS_FAMILIES.filter((family) =>
    end.kind === 'pod' ? end.podClass.addresses[family] !== null : end.possible[family].length > 0,
  )
  return families.length === 0 ? null : families
}

/** Decides terms for ends. */
export class EndMatcher {
  /** Whether all terms hold for the end, when the connection uses addresses of that family (null: no address known). */
  holds(condition: Condition, end: End, family: AddressFamily | null): Truth {
    let truth: Truth = 'yes'
    for (const term of condition) {
      truth = both(truth, this.termHolds(term, end, family))
      if (truth === 'no') return 'no'
    }
    return truth
  }

  termHolds(term: EndTerm, end: End, family: AddressFamily | null): Truth {
    switch (end.kind) {
      case 'pod':
        return this.holdsForClass(term, end.podClass, family) ? 'yes' : 'no'
      case 'anything':
        return 'unknown-endpoint'
      case 'address':
        return holdsForAddress(term, end)
    }
  }

  holdsForClass(term: EndTerm, podClass: PodClass, family: AddressFamily | null): boolean {
    if (term.kind === 'addresses') {
      return term.matchesPods && hasClassAddress(term.addresses, podClass, family)
    }
    const byFacts = holdsForPod(term, podClass.facts)
    if (term.kind !== 'expression') return byFacts
    return (byFacts || hasClassAddress(term.addresses, podClass, family)) !== term.isNegated
  }
}

function hasClassAddress(addresses: AddressSet | null, podClass: PodClass, family: AddressFamily | null): boolean {
  if (addresses === null || family === null) return false
  const address = podClass.addresses[family]
  return address !== null && hasAddress(addresses, family, address)
}

function holdsForAddress(term: EndTerm, end: Extract<End, { kind: 'address' }>): Truth {
  switch (term.kind) {
    case 'pods':
      return 'no'
    case 'addresses': {
      if (end.node !== null && !term.matchesNodes) return 'no'
      const covered = coverage(term.addresses, end.possible)
      if (covered === 'some') return end.because
      return covered === 'all' ? 'yes' : 'no'
    }
    case 'entities':
      return entityHolds(term.entities, end)
    case 'expression': {
      const covered = term.addresses === null ? 'none' : coverage(term.addresses, end.possible)
      const holds: Truth = covered === 'some' ? end.because : covered === 'all' ? 'yes' : 'no'
      return term.isNegated ? not(holds) : holds
    }
    case 'nodes':
      if (end.node === null) return 'no'
      return end.node.name === null ? 'host-network' : matchesSelector(term.selector, end.node.labels) ? 'yes' : 'no'
    case 'domains':
      if (end.node !== null) return 'no'
      return end.domain === null || term.matches(end.domain) ? 'fqdn-rule' : 'no'
  }
}

/** Which entity an address belongs to. Source: Cilium's reserved identities. */
function entityHolds(entities: ReadonlySet<string>, end: Extract<End, { kind: 'address' }>): Truth {
  const has = (entity: string): boolean => entities.has(entity)
  if (has('all') || (end.isApiServer && has('kube-apiserver'))) return 'yes'
  if (end.node !== null) {
    if (has('cluster') || has('cluster-mesh') || (has('host') && has('remote-node'))) return 'yes'
    if (!has('host') && !has('remote-node')) return 'no'
    if (end.node.relation === 'by-name') return 'host-network'
    return has(end.node.relation === 'own' ? 'host' : 'remote-node') ? 'yes' : 'no'
  }
  if (end.isApiServer && (has('cluster') || has('cluster-mesh'))) return 'yes'
  if (has('world')) return 'yes'
  const isIpv4 = end.possible[6].length === 0
  const isIpv6 = end.possible[4].length === 0
  if ((has('world-ipv4') && isIpv4) || (has('world-ipv6') && isIpv6)) return 'yes'
  return (has('world-ipv4') && !isIpv6) || (has('world-ipv6') && !isIpv4) ? end.because : 'no'
}
