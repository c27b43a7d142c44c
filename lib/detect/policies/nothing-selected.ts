import { matchesCalicoSelector, parseCalicoSelector } from '../../model/calico-selector'
import type { Pod } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import { NO_LABELS } from '../../model/labels'
import type { WorkloadRef } from '../../model/names'
import { type Condition, holdsForPod, type PodFacts } from '../../policy/end-term'
import { fieldAt } from '../field-at'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import { readableSelector, slipOf } from '../nearest-labels'
import { operatedPods } from '../operated-pods'
import type { PolicyView, ViewedPolicy } from './policy-view'

/** NP-01: the policy selects no pods. NP-09: all that it selects are pods on the network of their node. */
export function* findNothingSelected(view: PolicyView): Iterable<FindingDraft | null> {
  for (const viewed of view.understood) {
    yield null
    if (!speaksOfPods(viewed) || view.subjects(viewed).length > 0 || selectsHostEndpoint(viewed, view)) continue
    yield onlyHostNetwork(viewed, view) ?? nothing(viewed, view)
  }
}

/** A policy for machines, or without any rule in a kind whose rules alone speak, is not about pods. */
function speaksOfPods({ policy, spec }: ViewedPolicy): boolean {
  return !Object.hasOwn(spec, 'nodeSelector') && (policy.ingress.applies !== 'no' || policy.egress.applies !== 'no')
}

/** A global Calico policy may be written for the interfaces of machines. */
export function selectsHostEndpoint({ policy, spec }: ViewedPolicy, { cluster }: PolicyView): boolean {
  if (policy.namespace !== null || typeof spec.selector !== 'string') return false
  const selector = parseCalicoSelector(spec.selector)
  return (
    selector.ok && cluster.policies.some(({ meta }) => meta.kind === 'HostEndpoint' && matchesCalicoSelector(selector.value, meta.labels))
  )
}

function onlyHostNetwork(viewed: ViewedPolicy, view: PolicyView): FindingDraft | null {
  const { policy } = viewed
  const workloads = hostNetworkPods(policy.subject, policy.namespace, view)
  if (workloads.length === 0) return null
  return makeFinding('NP-09', aboutPolicy(policy.raw), {
    field: selectorPath(viewed),
    message: `The policy selects only pods with hostNetwork: ${workloads.slice(0, 3).join(', ')}${workloads.length > 3 ? ' and others' : ''}.`,
    evidence: workloads.map((ref) => `${ref} has hostNetwork: true`),
  })
}

/** The workloads whose pods a condition would match if they were not on the network of their node. */
export function hostNetworkPods(condition: Condition, namespace: string | null, view: PolicyView): readonly WorkloadRef[] {
  const namesNamespace = condition.some((term) => term.kind === 'pods' && term.inNamespace === null)
  const pods = view.hostNetworkPods.filter(
    (pod) =>
      (namesNamespace || namespace === null || pod.namespace === namespace) &&
      condition.every((term) => holdsForPod(term, factsOf(pod, view))),
  )
  return [...new Set(pods.map((pod) => pod.workload))].sort(compareText)
}

function nothing(viewed: ViewedPolicy, view: PolicyView): FindingDraft {
  const { policy } = viewed
  const { namespace } = policy
  const field = selectorPath(viewed)
  const written = fieldAt(policy.raw.body, field)
  const selector = readableSelector(written)
  const where = namespace === null ? 'the cluster' : `namespace ${namespace}`
  const around = (namespace === null ? [...view.workloadsByNamespace.keys()] : [namespace]).flatMap((name) => view.candidatesIn(name))
  const about = aboutPolicy(policy.raw)
  if (around.length === 0) {
    return makeFinding('NP-01', about, {
      severity: 'info',
      field,
      message: `The policy selects no pods: ${where} has none.`,
      why: 'It counts as soon as there are pods.',
      fix: 'Check the namespace when pods should be there.',
      evidence: [],
    })
  }
  const operated = view.isWholeCluster
    ? undefined
    : operatedPods(view.cluster).find(
        (pods) => pods.namespace === namespace && policy.subject.every((term) => holdsForPod(term, { ...NOBODY, ...pods })),
      )
  if (operated !== undefined) {
    return makeFinding('NP-01', about, {
      severity: 'info',
      field,
      message: `The policy selects no pods of the input; those of ${operated.title} are made by its operator.`,
      why: 'The input shows the resource and not its pods, so what the policy does to them is not computed.',
      fix: 'Judge the running cluster, where the pods exist.',
      evidence: [operated.title],
    })
  }
  const nearest = view.nearest(selector, around)
  return makeFinding('NP-01', about, {
    field,
    message: `The policy selects none of the pods in ${where}${slipOf(nearest)}.`,
    evidence: nearest === null ? [] : [nearest.text],
  })
}

const NOBODY = { namespaceLabels: NO_LABELS, serviceAccount: '', serviceAccountLabels: NO_LABELS }

/** Where the document says whom the policy selects. */
function selectorPath({ policy, specPath, spec }: ViewedPolicy): FieldPath {
  const field = ['podSelector', 'endpointSelector', 'selector', 'subject'].find((name) => Object.hasOwn(spec, name))
  if (field !== undefined) return [...specPath, field]
  return policy.kind === 'NetworkPolicy' ? [...specPath, 'podSelector'] : specPath
}

function factsOf(pod: Pod, { cluster }: PolicyView): PodFacts {
  return {
    namespace: pod.namespace,
    namespaceLabels: cluster.namespaces.get(pod.namespace)?.labels ?? NO_LABELS,
    labels: pod.labels,
    serviceAccount: pod.serviceAccount,
    serviceAccountLabels: cluster.serviceAccounts.get(`${pod.namespace}/${pod.serviceAccount}`)?.labels ?? NO_LABELS,
  }
}
