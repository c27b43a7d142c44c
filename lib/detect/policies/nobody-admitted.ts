import type { Cluster, Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { WorkloadRef } from '../../model/names'
import { serviceEndpoints } from '../../model/service-endpoints'
import { ruleName } from '../../policy/compiled-policy'
import type { PodClass } from '../../policy/pod-classes'
import type { ObservedTraffic } from '../circumstances'
import type { ClusterView } from '../cluster-view'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'
import { admitsAnybody, type PortOfPod } from './admission'
import type { PolicyView } from './policy-view'

/** Why somebody should get in, and the ports that the pods see. */
type Need = { readonly kind: 'service' | 'seen'; readonly text: string; readonly ports: readonly PortOfPod[] }

/** NP-03: a Service or connections that were seen need isolated pods, and on none of those ports is anybody let in. */
export function* findNobodyAdmitted({ policies: view, traffic, workloads }: ClusterView): Iterable<FindingDraft | null> {
  const needs = needsByWorkload(view, traffic)
  for (const workload of workloads) {
    yield null
    const classes = classesOf(workload, view)
    const cutOff = (needs.get(workload.ref) ?? []).filter(
      ({ ports }) => classes.length > 0 && classes.every((podClass) => !admitsAnybody(podClass, 'ingress', ports, view)),
    )
    if (cutOff.length === 0) continue
    const texts = cutOff.map(({ text }) => text).sort(compareText)
    const ports = cutOff.flatMap((need) => need.ports)
    const services = cutOff.filter(({ kind }) => kind === 'service').length
    yield makeFinding('NP-03', aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta), {
      field: null,
      message: `Policies isolate the pods and let nobody in on ${describe(ports)}, ${services === 0 ? 'where connections were refused' : services === 1 ? 'where a Service leads' : 'where Services lead'}.`,
      evidence: [...texts, ...isolation(classes, view)],
    })
  }
}

function needsByWorkload({ cluster }: PolicyView, traffic: ObservedTraffic | null): ReadonlyMap<WorkloadRef, readonly Need[]> {
  const needs = new Map<WorkloadRef, Need[]>()
  const add = (workload: WorkloadRef, need: Need): void => {
    const known = needs.get(workload)
    if (known === undefined) needs.set(workload, [need])
    else known.push(need)
  }
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
      const own = [...ports.values()]
      add(workload, { kind: 'service', text: `${service.ref} leads to ${describe(own)}`, ports: own })
    }
  }
  for (const { source, destination, protocol, port, verdicts } of traffic?.edges ?? []) {
    // A Service that clients call is a need of its own, with ports that the pods do not see.
    if (verdicts.dropped === 0 || destination.workload === null || destination.service !== null || port === null) continue
    if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') continue
    // Whoever tries ports where nothing listens is refused rightly.
    if (!declares(cluster, destination.workload, { protocol, port })) continue
    const text = `connections from ${source.workload ?? source.ref} to ${protocol} ${port} were refused`
    if (needs.get(destination.workload)?.some((need) => need.text === text)) continue
    add(destination.workload, { kind: 'seen', text, ports: [{ protocol, port }] })
  }
  return needs
}

function declares({ workloads, pods }: Cluster, ref: WorkloadRef, { protocol, port }: PortOfPod): boolean {
  const first = workloads.get(ref)?.pods[0]
  const containers = first === undefined ? [] : (pods.get(first)?.containers ?? [])
  return containers.some(({ ports }) => ports.some((own) => own.port === port && own.protocol === protocol))
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
