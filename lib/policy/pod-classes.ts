import { parseAddress } from '../model/address'
import type { Cluster, Pod } from '../model/cluster'
import { type Labels, NO_LABELS } from '../model/labels'
import type { PodRef } from '../model/names'
import type { Protocol } from '../model/protocol'
import { type AddressFamily, type AddressRange, type AddressSet, partOf, splitAtBounds } from './address-set'
import type { CompiledPolicy } from './compiled-policy'
import type { EndTerm, PodFacts } from './end-term'

/** Pods that no policy of the set can tell apart. */
export type PodClass = {
  readonly id: number
  readonly facts: PodFacts
  readonly pods: PodRef[]
  /** The container ports that rules name, by name. */
  readonly namedPorts: ReadonlyMap<string, readonly ResolvedPort[]>
  /** One address for each family that its pods have; it stands for all of them, because no policy separates them. */
  readonly addresses: { readonly 4: bigint | null; readonly 6: bigint | null }
}

export type ResolvedPort = { readonly protocol: Protocol; readonly port: number }

export type PodClasses = {
  readonly all: readonly PodClass[]
  /** Host-network and finished pods are in no class. */
  readonly byPod: ReadonlyMap<PodRef, PodClass>
}

/** What the policies look at; everything else about pods is left out of the classes. */
type Footprint = {
  readonly labelKeys: ReadonlySet<string>
  readonly namespaceLabelKeys: ReadonlySet<string>
  readonly namespaces: ReadonlySet<string>
  /** Expressions may name any namespace, so each one counts. */
  readonly usesExpressions: boolean
  readonly usesServiceAccount: boolean
  readonly serviceAccountLabelKeys: ReadonlySet<string>
  readonly portNames: ReadonlySet<string>
  readonly parts: { readonly 4: readonly AddressRange[]; readonly 6: readonly AddressRange[] }
}

/** What something beside the network policies looks at. */
export type OtherFootprint = {
  /** Equal for pods that it does not tell apart. */
  classKey(pod: Pod): string
  /** Between the bounds of these it does not tell addresses apart. */
  readonly addresses: readonly AddressSet[]
}

const NOTHING_ELSE: OtherFootprint = { classKey: () => '', addresses: [] }

/** True for a pod that policies select and match by label: with an address of its own, and not finished. */
export function isPolicySubject(pod: Pod): boolean {
  return !pod.hostNetwork && pod.phase !== 'Succeeded' && pod.phase !== 'Failed'
}

/**
 * Sorts the pods of a cluster into classes with the same policy footprint. `initPortsCount`: port names of plain init
 * containers resolve too, which can no longer listen; Calico takes them all in.
 */
export function classifyPods(
  cluster: Cluster,
  policies: readonly CompiledPolicy[],
  other: OtherFootprint = NOTHING_ELSE,
  initPortsCount = false,
): PodClasses {
  const footprint = footprintOf(policies, other.addresses)
  const classes = new Map<string, PodClass>()
  const byPod = new Map<PodRef, PodClass>()
  const namespaceKeys = new Map<string, string>()
  for (const pod of cluster.pods.values()) {
    if (!isPolicySubject(pod)) continue
    const namespaceLabels = cluster.namespaces.get(pod.namespace)?.labels ?? NO_LABELS
    let namespaceKey = namespaceKeys.get(pod.namespace)
    if (namespaceKey === undefined) {
      namespaceKey = JSON.stringify([
        footprint.usesExpressions || footprint.namespaces.has(pod.namespace) ? pod.namespace : null,
        project(namespaceLabels, footprint.namespaceLabelKeys),
      ])
      namespaceKeys.set(pod.namespace, namespaceKey)
    }
    const serviceAccountLabels = cluster.serviceAccounts.get(`${pod.namespace}/${pod.serviceAccount}`)?.labels ?? NO_LABELS
    const namedPorts = resolvePorts(pod, footprint.portNames, initPortsCount)
    const addresses = addressesOf(pod)
    const key = [
      namespaceKey,
      JSON.stringify(project(pod.labels, footprint.labelKeys)),
      namedPorts.size === 0 ? '' : JSON.stringify([...namedPorts]),
      footprint.usesServiceAccount ? pod.serviceAccount : '',
      footprint.serviceAccountLabelKeys.size === 0 ? '' : JSON.stringify(project(serviceAccountLabels, footprint.serviceAccountLabelKeys)),
      addresses[4] === null ? '' : partOf(footprint.parts[4], addresses[4]),
      addresses[6] === null ? '' : partOf(footprint.parts[6], addresses[6]),
      other.classKey(pod),
    ].join('|')
    let podClass = classes.get(key)
    if (podClass === undefined) {
      const facts = {
        namespace: pod.namespace,
        namespaceLabels,
        labels: pod.labels,
        serviceAccount: pod.serviceAccount,
        serviceAccountLabels,
      }
      podClass = { id: classes.size, facts, pods: [], namedPorts, addresses }
      classes.set(key, podClass)
    }
    podClass.pods.push(pod.ref)
    byPod.set(pod.ref, podClass)
  }
  return { all: [...classes.values()], byPod }
}

/** Every condition that a policy puts on an end. */
export function termsOf(policy: CompiledPolicy): readonly EndTerm[] {
  const rules = [...policy.ingress.rules, ...policy.egress.rules]
  return [...policy.subject, ...rules.flatMap((rule) => [...rule.peers.flat(), ...rule.self])]
}

function footprintOf(policies: readonly CompiledPolicy[], others: readonly AddressSet[]): Footprint {
  const labelKeys = new Set<string>()
  const namespaceLabelKeys = new Set<string>()
  const namespaces = new Set<string>()
  const serviceAccountLabelKeys = new Set<string>()
  let usesExpressions = false
  let usesServiceAccount = false
  const portNames = new Set<string>()
  const addressSets: AddressSet[] = [...others]
  const seen = new Set<string>()
  for (const policy of policies) {
    for (const rule of [...policy.ingress.rules, ...policy.egress.rules]) {
      for (const { name } of [...rule.ports.names, ...rule.ports.exceptNames]) portNames.add(name)
    }
    for (const term of termsOf(policy)) {
      if (seen.has(term.key)) continue
      seen.add(term.key)
      if (term.kind === 'pods') {
        if (term.inNamespace !== null) namespaces.add(term.inNamespace)
        for (const key of keysOf(term.namespaceSelector)) namespaceLabelKeys.add(key)
        for (const key of keysOf(term.podSelector)) labelKeys.add(key)
      } else if (term.kind === 'addresses' && term.matchesPods) {
        addressSets.push(term.addresses)
      } else if (term.kind === 'expression') {
        for (const key of term.looksAt.labels) labelKeys.add(key)
        for (const key of term.looksAt.namespaceLabels) namespaceLabelKeys.add(key)
        for (const key of term.looksAt.serviceAccountLabels) serviceAccountLabelKeys.add(key)
        usesServiceAccount ||= term.looksAt.serviceAccount
        usesExpressions = true
        if (term.addresses !== null) addressSets.push(term.addresses)
      }
    }
  }
  const parts = { 4: splitAtBounds(4, addressSets), 6: splitAtBounds(6, addressSets) }
  return { labelKeys, namespaceLabelKeys, namespaces, usesExpressions, usesServiceAccount, serviceAccountLabelKeys, portNames, parts }
}

function keysOf(selector: Extract<EndTerm, { kind: 'pods' }>['podSelector']): readonly string[] {
  if (selector === null) return []
  return [...selector.matchLabels.keys(), ...selector.matchExpressions.map((expression) => expression.key)]
}

/** The labels that some policy looks at, in a fixed order. */
function project(labels: Labels, keys: ReadonlySet<string>): readonly (readonly [string, string])[] {
  const kept: (readonly [string, string])[] = []
  for (const [key, value] of labels) if (keys.has(key)) kept.push([key, value])
  return kept.sort(([a], [b]) => (a < b ? -1 : 1))
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
