import type { Service, Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { WorkloadRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'
import { ruleName } from '../../policy/compiled-policy'
import type { PodClass } from '../../policy/pod-classes'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'
import { admitsAnybody, type PortOfPod } from './admission'
import type { PolicyView } from './policy-view'

/** A Service that leads to a workload, and the ports that its pods see. */
type Need = { readonly service: Service; readonly ports: readonly PortOfPod[] }

/** NP-03: a Service leads to isolated pods, and on none of its ports is anybody let in. */
export function findNobodyAdmitted(view: PolicyView): readonly FindingDraft[] {
  const found: FindingDraft[] = []
  const needs = needsByWorkload(view)
  for (const workload of view.cluster.workloads.values()) {
    const classes = classesOf(workload, view)
    const cutOff = (needs.get(workload.ref) ?? []).filter(
      ({ ports }) => classes.length > 0 && classes.every((podClass) => !admitsAnybody(podClass, 'ingress', ports, view)),
    )
    if (cutOff.length === 0) continue
    const services = cutOff.map(({ service, ports }) => `${service.ref} leads to ${describe(ports)}`).sort(compareText)
    const ports = cutOff.flatMap((need) => need.ports)
    found.push(
      makeFinding('NP-03', aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta), {
        field: null,
        message: `Policies isolate the pods and let nobody in on ${describe(ports)}, where ${cutOff.length === 1 ? 'a Service leads' : 'Services lead'}.`,
        evidence: [...services, ...isolation(classes, view)],
      }),
    )
  }
  return found
}

function needsByWorkload({ cluster }: PolicyView): ReadonlyMap<WorkloadRef, readonly Need[]> {
  const needs = new Map<WorkloadRef, Need[]>()
  for (const service of cluster.services.values()) {
    const byWorkload = new Map<WorkloadRef, Map<string, PortOfPod>>()
    for (const endpoint of serviceEndpoints(cluster, service)) {
      const pod = endpoint.pod === null ? undefined : cluster.pods.get(endpoint.pod)
      if (pod === undefined) continue
      const ports = byWorkload.get(pod.workload) ?? new Map<string, PortOfPod>()
      byWorkload.set(pod.workload, ports)
      for (const { servicePort, port } of endpoint.ports) {
        const { protocol } = servicePort
        if (port !== null) ports.set(`${protocol} ${port}`, { protocol, port })
      }
    }
    for (const [workload, ports] of byWorkload) {
      if (ports.size === 0) continue
      const known = needs.get(workload)
      const need = { service, ports: [...ports.values()] }
      if (known === undefined) needs.set(workload, [need])
      else known.push(need)
    }
  }
  return needs
}

function classesOf({ pods }: Workload, { engine }: PolicyView): readonly PodClass[] {
  return [...new Set(pods.flatMap((pod) => engine.facts.classes.byPod.get(pod) ?? []))]
}

/** The policies that isolate, with what each of their rules does. */
function isolation(classes: readonly PodClass[], view: PolicyView): readonly string[] {
  const policies = new Set(classes.flatMap((podClass) => view.isolating(podClass, 'ingress')))
  return [...policies]
    .map(({ ref, ingress: { rules } }) => {
      const [only] = rules
      if (only === undefined) return `${ref} isolates and has no ingress rule`
      return `${ref} isolates, and ${rules.length === 1 ? `${ruleName(only)} lets` : `its ${rules.length} rules let`} nobody in there`
    })
    .sort(compareText)
}

function describe(ports: readonly PortOfPod[]): string {
  return [...new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`))].sort(compareText).join(', ')
}
