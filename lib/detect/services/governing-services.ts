import type { Pod, Workload } from '../../model/cluster'
import type { FieldPath } from '../../model/field-locator'
import { serviceRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'

/** Who names a Service for the names of its pods. */
type Naming = { readonly name: string; readonly path: FieldPath; readonly asks: string }

/** SV-16: pods are to get names through a Service that is missing, or not headless. */
export function* findGoverningServices(view: ClusterView): Iterable<FindingDraft | null> {
  for (const workload of view.workloads) {
    yield null
    const naming = namingOf(workload, view)
    if (naming === null || !view.isReadIn(workload.namespace, '/Service')) continue
    const service = view.cluster.services.get(serviceRef(workload.namespace, naming.name))
    if (service?.headless) continue
    yield makeFinding('SV-16', aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta), {
      field: naming.path,
      value: naming.name,
      // A single pod has no peers that would look for it.
      ...(workload.pods.length <= 1 && (workload.desiredReplicas ?? 1) <= 1 ? { severity: 'info' as const } : {}),
      message:
        service === undefined
          ? `${naming.asks} names Service ${naming.name}, which does not exist in namespace ${workload.namespace}.`
          : `${naming.asks} names Service ${naming.name}, which is not headless: its pods get no names of their own.`,
      evidence: service === undefined ? [] : [`${service.ref} has clusterIP ${service.clusterIps[0] ?? '(assigned by the cluster)'}`],
    })
  }
}

function namingOf(workload: Workload, view: ClusterView): Naming | null {
  if (workload.serviceName !== null) return { name: workload.serviceName, path: ['spec', 'serviceName'], asks: 'serviceName' }
  if (workload.kind === 'StatefulSet') return null
  const named = view.podsOf(workload).find((pod) => pod.subdomain !== null && isLive(pod))
  if (named?.subdomain == null) return null
  const path = workload.kind === 'Pod' ? ['spec', 'subdomain'] : ['spec', 'template', 'spec', 'subdomain']
  return { name: named.subdomain, path, asks: 'subdomain of the pods' }
}

function isLive({ phase }: Pod): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed'
}
