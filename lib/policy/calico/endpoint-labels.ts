import { type CalicoSelector, formatCalicoSelector, keysOfCalicoSelector, matchesCalicoSelector } from '../../model/calico-selector'
import type { Labels } from '../../model/labels'
import { type AddressSet, uniteAddresses } from '../address-set'
import type { EndTerm, PodFacts } from '../end-term'
import type { LabelLookup, LabelledAddresses } from './labelled-addresses'

/** Labels that Calico gives to what it knows of. Source: libcalico-go/lib/backend/k8s/conversion. */
export const NAMESPACE_LABEL = 'projectcalico.org/namespace'
export const SERVICE_ACCOUNT_LABEL = 'projectcalico.org/serviceaccount'
export const NAMESPACE_PREFIX = 'pcns.'
export const SERVICE_ACCOUNT_PREFIX = 'pcsa.'
const NAME_LABEL = 'projectcalico.org/name'

/** Labels that Profile objects hand down to their endpoints, by profile name. */
export type ProfileLabels = ReadonlyMap<string, Labels>

/** The labels a selector sees on a pod: its own, and those it inherits from its namespace, service account and profiles. */
export function podLabels(pod: PodFacts, profiles: ProfileLabels): LabelLookup {
  return lookup((key) => {
    if (key === NAMESPACE_LABEL) return pod.namespace
    if (key === 'projectcalico.org/orchestrator') return 'k8s'
    if (key === SERVICE_ACCOUNT_LABEL) return pod.serviceAccount
    return pod.labels.get(key) ?? inherited(key, profilesOf(pod), profiles) ?? namespaceLabel(key, pod) ?? accountLabel(key, pod)
  })
}

/** The profiles of a pod, in the order in which Calico asks them. */
export function profilesOf({ namespace, serviceAccount }: Pick<PodFacts, 'namespace' | 'serviceAccount'>): readonly string[] {
  return [`kns.${namespace}`, `ksa.${namespace}.${serviceAccount}`]
}

/** Labels of a NetworkSet: its own, and those of its namespace. */
export function namespacedLabels(
  labels: Labels,
  namespace: Pick<PodFacts, 'namespace' | 'namespaceLabels'>,
  profiles: ProfileLabels,
): LabelLookup {
  return lookup((key) => {
    if (key === NAMESPACE_LABEL) return namespace.namespace
    return labels.get(key) ?? inherited(key, [`kns.${namespace.namespace}`], profiles) ?? namespaceLabel(key, namespace)
  })
}

/** Labels of a HostEndpoint: its own, and those of the profiles that it names. */
export function hostLabels(labels: Labels, own: readonly string[], profiles: ProfileLabels): LabelLookup {
  return lookup((key) => labels.get(key) ?? inherited(key, own, profiles))
}

function inherited(key: string, names: readonly string[], profiles: ProfileLabels): string | undefined {
  if (profiles.size === 0) return undefined
  for (const name of names) {
    const value = profiles.get(name)?.get(key)
    if (value !== undefined) return value
  }
  return undefined
}

function namespaceLabel(key: string, { namespace, namespaceLabels }: Pick<PodFacts, 'namespace' | 'namespaceLabels'>): string | undefined {
  if (!key.startsWith(NAMESPACE_PREFIX)) return undefined
  const plain = key.slice(NAMESPACE_PREFIX.length)
  return plain === NAME_LABEL ? namespace : namespaceLabels.get(plain)
}

function accountLabel(key: string, pod: PodFacts): string | undefined {
  if (!key.startsWith(SERVICE_ACCOUNT_PREFIX)) return undefined
  const plain = key.slice(SERVICE_ACCOUNT_PREFIX.length)
  return plain === NAME_LABEL ? pod.serviceAccount : pod.serviceAccountLabels.get(plain)
}

function lookup(get: (key: string) => string | undefined): LabelLookup {
  return { get, has: (key) => get(key) !== undefined }
}

/** What selectors can find besides pods, and what pods inherit. */
export type Selectable = { readonly labelled: readonly LabelledAddresses[]; readonly profileLabels: ProfileLabels }

/** What a selector means for an end of a connection: pods, and the addresses that carry the labels it wants. */
export function selectorTerm(selector: CalicoSelector, isNegated: boolean, { labelled, profileLabels }: Selectable): EndTerm {
  const text = formatCalicoSelector(selector)
  const addresses = labelled
    .filter(({ labels }) => matchesCalicoSelector(selector, labels))
    .map((found) => found.addresses)
    .reduce<AddressSet | null>((all, one) => (all === null ? one : uniteAddresses(all, one)), null)
  const keys = keysOfCalicoSelector(selector)
  const below = (prefix: string): readonly string[] => keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  return {
    kind: 'expression',
    key: JSON.stringify(['calico', isNegated, labelled.length, text]),
    matches: (pod) => matchesCalicoSelector(selector, podLabels(pod, profileLabels)),
    looksAt: {
      labels: keys,
      namespaceLabels: below(NAMESPACE_PREFIX),
      serviceAccount:
        profileLabels.size > 0 || keys.some((key) => key === SERVICE_ACCOUNT_LABEL || key === `${SERVICE_ACCOUNT_PREFIX}${NAME_LABEL}`),
      serviceAccountLabels: below(SERVICE_ACCOUNT_PREFIX),
    },
    addresses,
    isNegated,
    text: `${isNegated ? 'not ' : ''}${text}`,
  }
}

/** False when an object that the selector finds could not be read as a whole. */
export function isSelectorCertain(selector: CalicoSelector, { labelled }: Selectable): boolean {
  return labelled.every(({ labels, isUnderstood }) => isUnderstood || !matchesCalicoSelector(selector, labels))
}
