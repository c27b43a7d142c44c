import type { Service } from '../../model/cluster'
import { apexServices } from '../../model/doors/apex-services'
import { groupOf } from '../../model/object-kinds'
import { labelsSelector, matchesSelector } from '../../model/selector'
import type { ClusterView } from '../cluster-view'
import type { Severity } from '../finding'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import { slipOf } from '../nearest-labels'
import { operatedPods } from '../operated-pods'
import type { ServiceFacts } from './service-facts'

/** SV-01: the selector of a Service names no pod. */
export function* findSelectsNothing(view: ClusterView): Iterable<FindingDraft | null> {
  const apexes = apexServices(view.cluster)
  for (const facts of view.services) {
    yield null
    const { service, selector } = facts
    if (!view.isReadIn(service.namespace, '/Pod')) continue
    if (selector === null || facts.selected.length > 0 || facts.ready.length > 0 || apexes.has(service.ref)) continue
    const maker = makerOf(facts, view)
    const nearest = view.policies.nearest(labelsSelector(selector), view.candidatesIn(service.namespace))
    const wanted = [...selector].map(([key, value]) => `${key}=${value}`).join(', ')
    yield makeFinding('SV-01', aboutService(service.meta), {
      field: ['spec', 'selector'],
      value: wanted,
      severity: severityOf(service, maker, view),
      message:
        maker !== null && !view.isWholeCluster
          ? `No pod of the input has the labels that the selector asks for; ${maker} makes its pods when it runs.`
          : `No pod of namespace ${service.namespace} has the labels that the selector asks for${slipOf(nearest)}.`,
      evidence: [
        `wanted ${wanted}`,
        ...(nearest === null ? [] : [nearest.text]),
        ...(maker !== null && view.isWholeCluster ? [`${maker} exists, and there are no pods of it`] : []),
      ],
    })
  }
}

/** Manifests of a namespace without any workload are half of something; pods of an operator are never in them. */
function severityOf({ namespace }: Service, maker: string | null, view: ClusterView): Severity {
  if (view.isWholeCluster) return 'error'
  return maker !== null || view.candidatesIn(namespace).length === 0 ? 'info' : 'error'
}

/** The custom resource of which an operator makes the pods. */
function makerOf({ service, selector }: ServiceFacts, view: ClusterView): string | null {
  if (selector === null) return null
  const wanted = labelsSelector(selector)
  const operated = operatedPods(view.cluster).find(
    ({ namespace, labels }) => namespace === service.namespace && matchesSelector(wanted, labels),
  )
  if (operated !== undefined) return operated.title
  const names = new Set([service.name, ...selector.values()])
  const custom = view.cluster.others.find(
    ({ meta }) => meta.namespace === service.namespace && names.has(meta.name) && isCustom(meta.apiVersion) && hasReplicas(meta.kind),
  )
  return custom === undefined ? null : `${custom.meta.kind} ${service.namespace}/${custom.meta.name}`
}

/** Kinds of a vendor's own group; those of Kubernetes make no pods that we do not know of. */
function isCustom(apiVersion: string): boolean {
  const group = groupOf(apiVersion)
  return group.includes('.') && !group.endsWith('.k8s.io')
}

/** Routes, policies and monitors are named after Services, and run nothing. */
function hasReplicas(kind: string): boolean {
  return !/(?:Monitor|Rule|Route|Policy|Profile|Split|Entry|Gateway|Binding|Certificate|Issuer|Probe|Config|Secret|Claim)$/.test(kind)
}
