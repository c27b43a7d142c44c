import { compareText } from '../../model/compare-text'
import type { ObjectMeta } from '../../model/object'
import { aboutNamespace, aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import type { PolicyView } from './policy-view'

/** The annotation of the first beta, from before there were NetworkPolicies. */
const ISOLATION_ANNOTATION = 'net.beta.kubernetes.io/network-policy'

type Outdated = { readonly isGone: boolean; readonly state: string; readonly instead: string }

const DROPPED = { isGone: false, state: 'is dropped by the API that took its place' }

/** `GROUP/VERSION/KIND` that servers no longer take, or are about to drop, and what took their place. */
const OUTDATED: ReadonlyMap<string, Outdated> = new Map<string, Outdated>([
  [
    'extensions/v1beta1/NetworkPolicy',
    { isGone: true, state: 'is not served since Kubernetes 1.16', instead: 'networking.k8s.io/v1 NetworkPolicy' },
  ],
  [
    'policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy',
    { ...DROPPED, instead: 'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy, tier Admin' },
  ],
  [
    'policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy',
    { ...DROPPED, instead: 'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy, tier Baseline' },
  ],
])

/** Whether servers no longer take an object of this form at all. */
export function isOutdated({ apiVersion, kind }: ObjectMeta): boolean {
  return OUTDATED.get(`${apiVersion}/${kind}`)?.isGone ?? false
}

/** NP-12: annotations that no longer do anything, and policies of removed API versions. */
export function findOutdatedForms({ cluster, policies }: PolicyView): readonly FindingDraft[] {
  const namespaces = [...cluster.namespaces.values()].sort((a, b) => compareText(a.name, b.name))
  return [
    ...namespaces.flatMap(({ meta }) => {
      const value = meta.annotations.get(ISOLATION_ANNOTATION)
      if (value === undefined) return []
      return makeFinding('NP-12', aboutNamespace(meta), {
        field: null,
        message: `The annotation ${ISOLATION_ANNOTATION} isolates nothing.`,
        why: 'It belongs to a beta from before NetworkPolicy v1; the pods of the namespace are as open as without it.',
        fix: 'Delete the annotation and add a NetworkPolicy that denies by default.',
        evidence: [`${ISOLATION_ANNOTATION}: ${value.trim().split(/\s+/).join(' ')}`],
      })
    }),
    ...policies.flatMap(({ policy }) => {
      const { apiVersion, kind } = policy.raw.meta
      const outdated = OUTDATED.get(`${apiVersion}/${kind}`)
      if (outdated === undefined) return []
      return makeFinding('NP-12', aboutPolicy(policy.raw), {
        field: ['apiVersion'],
        message: `${kind} of ${apiVersion} ${outdated.state}.`,
        fix: `Rewrite it as ${outdated.instead}.`,
        evidence: [],
      })
    }),
  ]
}
