import { clusterIndex } from '../../model/cluster-index'
import type { FieldPath } from '../../model/field-locator'
import { groupOf } from '../../model/object-kinds'
import { compileSelector, isEmptySelector, matchesSelector } from '../../model/selector'
import { fieldAt } from '../field-at'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import { slipOf } from '../nearest-labels'
import type { PolicyView } from './policy-view'

/** Where the kinds of each mesh say which pods of their namespace they are for. */
const SELECTORS: ReadonlyMap<string, FieldPath> = new Map([
  ['security.istio.io', ['spec', 'selector']],
  ['policy.linkerd.io', ['spec', 'podSelector']],
])

/** Namespace whose Istio policies are for all others too. */
const ROOT_NAMESPACE = 'istio-system'

/** NP-01 for policies of a service mesh, by the labels alone: whether pods are members plays no role. */
export function findMeshSelectsNothing(view: PolicyView): readonly FindingDraft[] {
  return view.cluster.policies.flatMap((raw) => {
    const { apiVersion, namespace } = raw.meta
    const path = SELECTORS.get(groupOf(apiVersion))
    if (path === undefined || namespace === null || namespace === ROOT_NAMESPACE) return []
    const selector = compileSelector(fieldAt(raw.body, path))
    if (!selector.ok || isEmptySelector(selector.value)) return []
    const pods = clusterIndex(view.cluster).podsByNamespace.get(namespace) ?? []
    if (pods.length === 0 || pods.some(({ labels }) => matchesSelector(selector.value, labels))) return []
    const nearest = view.nearest(selector.value, view.candidatesIn(namespace))
    return makeFinding('NP-01', aboutPolicy(raw), {
      field: path,
      message: `The policy selects none of the pods in namespace ${namespace}${slipOf(nearest)}.`,
      evidence: nearest === null ? [] : [nearest.text],
    })
  })
}
