import type { Labels } from '../../model/labels'
import { type AddressSet, uniteAddresses } from '../address-set'
import type { EndTerm, PodFacts } from '../end-term'
import { type CalicoSelector, formatCalicoSelector, keysOfCalicoSelector, matchesCalicoSelector } from './selector'

/** Labels that Calico gives to what it knows of. Source: libcalico-go/lib/backend/k8s/conversion. */
export const NAMESPACE_LABEL = 'projectcalico.org/namespace'
const SERVICE_ACCOUNT_LABEL = 'projectcalico.org/serviceaccount'
export const NAMESPACE_PREFIX = 'pcns.'
export const SERVICE_ACCOUNT_PREFIX = 'pcsa.'
export const NAME_LABEL = 'projectcalico.org/name'

type LabelLookup = Pick<Labels, 'get' | 'has'>

/** A NetworkSet (with its namespace) or a GlobalNetworkSet. */
export type NetworkSet = {
  readonly labels: Labels
  readonly namespace: { readonly name: string; readonly labels: Labels } | null
  readonly addresses: AddressSet
}

/** The labels a selector sees on a pod: its own, and those it inherits from its namespace and service account. */
function podLabels(pod: PodFacts): LabelLookup {
  return lookup((key) => {
    if (key === NAMESPACE_LABEL) return pod.namespace
    if (key === 'projectcalico.org/orchestrator') return 'k8s'
    if (key === SERVICE_ACCOUNT_LABEL) return pod.serviceAccount
    return pod.labels.get(key) ?? namespaceLabel(key, pod.namespace, pod.namespaceLabels) ?? accountLabel(key, pod)
  })
}

function setLabels({ labels, namespace }: NetworkSet): LabelLookup {
  return lookup((key) => {
    if (namespace === null) return labels.get(key)
    if (key === NAMESPACE_LABEL) return namespace.name
    return labels.get(key) ?? namespaceLabel(key, namespace.name, namespace.labels)
  })
}

function namespaceLabel(key: string, name: string, labels: Labels): string | undefined {
  if (!key.startsWith(NAMESPACE_PREFIX)) return undefined
  const plain = key.slice(NAMESPACE_PREFIX.length)
  return plain === NAME_LABEL ? name : labels.get(plain)
}

function accountLabel(key: string, pod: PodFacts): string | undefined {
  if (!key.startsWith(SERVICE_ACCOUNT_PREFIX)) return undefined
  const plain = key.slice(SERVICE_ACCOUNT_PREFIX.length)
  return plain === NAME_LABEL ? pod.serviceAccount : pod.serviceAccountLabels.get(plain)
}

function lookup(get: (key: string) => string | undefined): LabelLookup {
  return { get, has: (key) => get(key) !== undefined }
}

/** What a selector means for the other end of a rule: pods, and addresses of the network sets it matches. */
export function selectorTerm(selector: CalicoSelector, isNegated: boolean, networkSets: readonly NetworkSet[]): EndTerm {
  const text = formatCalicoSelector(selector)
  const addresses = networkSets
    .filter((set) => matchesCalicoSelector(selector, setLabels(set)))
    .map((set) => set.addresses)
    .reduce<AddressSet | null>((all, one) => (all === null ? one : uniteAddresses(all, one)), null)
  const keys = keysOfCalicoSelector(selector)
  const below = (prefix: string): readonly string[] => keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  return {
    kind: 'expression',
    key: JSON.stringify(['calico', isNegated, networkSets.length, text]),
    matches: (pod) => matchesCalicoSelector(selector, podLabels(pod)),
    looksAt: {
      labels: keys,
      namespaceLabels: below(NAMESPACE_PREFIX),
      serviceAccount: keys.some((key) => key === SERVICE_ACCOUNT_LABEL || key === `${SERVICE_ACCOUNT_PREFIX}${NAME_LABEL}`),
      serviceAccountLabels: below(SERVICE_ACCOUNT_PREFIX),
    },
    addresses,
    isNegated,
    text: `${isNegated ? 'not ' : ''}${text}`,
  }
}
