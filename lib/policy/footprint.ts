import type { Labels } from '../model/labels'
import { type AddressFamily, type AddressRange, type AddressSet, partOf, splitAtBounds } from './address-set'
import type { CompiledPolicy } from './compiled-policy'
import type { EndTerm } from './end-term'
import type { PodTraits } from './pod-traits'

/** What the policies look at; everything else about pods plays no role for them. */
export type Footprint = {
  readonly labelKeys: ReadonlySet<string>
  readonly namespaceLabelKeys: ReadonlySet<string>
  readonly namespaces: ReadonlySet<string>
  /** Expressions may name any namespace, so each one counts. */
  readonly usesExpressions: boolean
  readonly usesServiceAccount: boolean
  readonly serviceAccountLabelKeys: ReadonlySet<string>
  readonly portNames: ReadonlySet<string>
  readonly parts: Readonly<Record<AddressFamily, readonly AddressRange[]>>
}

/** Every condition that a policy puts on an end. */
export function termsOf(policy: CompiledPolicy): readonly EndTerm[] {
  const rules = [...policy.ingress.rules, ...policy.egress.rules]
  return [...policy.subject, ...rules.flatMap((rule) => [...rule.peers.flat(), ...rule.self])]
}

/** Every address set that a policy names, on either end. */
export function addressesOf(policy: CompiledPolicy): readonly AddressSet[] {
  return termsOf(policy).flatMap((term) => ('addresses' in term && term.addresses !== null ? [term.addresses] : []))
}

export function footprintOf(policies: readonly CompiledPolicy[], others: readonly AddressSet[]): Footprint {
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

/** What `wanted` looks at and none of `known` does; null when that is nothing. */
export function missingFrom(known: readonly Footprint[], wanted: Footprint): Footprint | null {
  const without = (select: (footprint: Footprint) => ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...select(wanted)].filter((element) => !known.some((footprint) => select(footprint).has(element))))
  const partsWithout = (family: AddressFamily): readonly AddressRange[] => {
    const starts = new Set(known.flatMap(({ parts }) => parts[family].map(({ first }) => first)))
    const bounds = wanted.parts[family].filter(({ first }) => first !== 0n && !starts.has(first))
    return splitAtBounds(
      family,
      bounds.map(({ first }) => ({ 4: [], 6: [], [family]: [{ first, last: first }] })),
    )
  }
  const missing: Footprint = {
    labelKeys: without(({ labelKeys }) => labelKeys),
    namespaceLabelKeys: without(({ namespaceLabelKeys }) => namespaceLabelKeys),
    namespaces: without(({ namespaces }) => namespaces),
    usesExpressions: wanted.usesExpressions && !known.some(({ usesExpressions }) => usesExpressions),
    usesServiceAccount: wanted.usesServiceAccount && !known.some(({ usesServiceAccount }) => usesServiceAccount),
    serviceAccountLabelKeys: without(({ serviceAccountLabelKeys }) => serviceAccountLabelKeys),
    portNames: without(({ portNames }) => portNames),
    parts: { 4: partsWithout(4), 6: partsWithout(6) },
  }
  const { labelKeys, namespaceLabelKeys, namespaces, serviceAccountLabelKeys, portNames, parts } = missing
  const sizes = [labelKeys, namespaceLabelKeys, namespaces, serviceAccountLabelKeys, portNames].map(({ size }) => size)
  const isEmpty = sizes.every((size) => size === 0) && parts[4].length <= 1 && parts[6].length <= 1
  return isEmpty && !missing.usesExpressions && !missing.usesServiceAccount ? null : missing
}

function keysOf(selector: Extract<EndTerm, { kind: 'pods' }>['podSelector']): readonly string[] {
  if (selector === null) return []
  return [...selector.matchLabels.keys(), ...selector.matchExpressions.map((expression) => expression.key)]
}

/** One string for each way in which pods look alike. Texts of the cluster are written as JSON, so that none can look like two. */
export function footprintKey({ facts, namedPorts, addresses }: PodTraits, footprint: Footprint): string {
  const { portNames, parts } = footprint
  const ports = [...namedPorts].filter(([name]) => portNames.has(name))
  return [
    footprint.usesExpressions || footprint.namespaces.has(facts.namespace) ? JSON.stringify(facts.namespace) : '',
    project(facts.namespaceLabels, footprint.namespaceLabelKeys),
    project(facts.labels, footprint.labelKeys),
    ports.length === 0 ? '' : JSON.stringify(ports),
    footprint.usesServiceAccount ? JSON.stringify(facts.serviceAccount) : '',
    project(facts.serviceAccountLabels, footprint.serviceAccountLabelKeys),
    addresses[4] === null ? '' : partOf(parts[4], addresses[4]),
    addresses[6] === null ? '' : partOf(parts[6], addresses[6]),
  ].join('|')
}

/** The labels that some policy looks at, in the order of the keys. */
function project(labels: Labels, keys: ReadonlySet<string>): string {
  if (keys.size === 0) return ''
  const kept: (readonly [string, string])[] = []
  for (const [key, value] of labels) if (keys.has(key)) kept.push([key, value])
  if (kept.length === 0) return ''
  return JSON.stringify(kept.length === 1 ? kept : kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}
