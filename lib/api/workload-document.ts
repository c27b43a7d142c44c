import type { FlowEdge } from '../flows/window-types'
import type { GraphIndex } from '../graph/graph-index'
import { trafficOf } from '../graph/traffic-of'
import type { Pod, Service, Workload } from '../model/cluster'
import type { Labels } from '../model/labels'
import type { PolicyRef } from '../model/names'
import type { PolicyEngine } from '../policy/engine'
import type { PolicyInfo } from '../policy/policy-info'
import type { NamedValue, PodSummary, PolicySummary, ServiceSummary, WorkloadDocument } from './details'
import { doorSummary } from './door-summary'
import { edgeDocument } from './edge-document'
import { policySummary } from './policy-documents'
import { printTime } from './print-time'
import { workloadNetwork } from './workload-network'

const MAX_PODS = 200
const MAX_TRAFFIC = 100

/** The traffic that details are made from. */
export type TrafficWindow = { readonly flowEdges: readonly FlowEdge[]; readonly at: number; readonly windowMs: number }

/** Everything about one workload that its panel shows. */
export function workloadDocument(workload: Workload, index: GraphIndex, engine: PolicyEngine, window: TrafficWindow): WorkloadDocument {
  const pods = index.podsOf(workload)
  const isolation = index.isolation(workload)
  const touching = window.flowEdges.filter(
    ({ source, destination }) => source.workload === workload.ref || destination.workload === workload.ref,
  )
  const traffic = trafficOf(index, touching, window.at, window.windowMs)
  const services = index.servicesIn(workload.namespace).filter((service) => index.targetsOf(service).workloads.has(workload.ref))
  return {
    apiVersion: 'sluice/v1',
    kind: 'Workload',
    ref: workload.ref,
    namespace: workload.namespace,
    name: workload.name,
    workloadKind: workload.kind,
    labels: namedValues(workload.labels),
    origin: workload.meta?.origin ?? null,
    createdAt: workload.meta?.createdAt == null ? null : printTime(workload.meta.createdAt),
    replicas: { desired: workload.desiredReplicas, ready: workload.readyReplicas },
    serviceAccount: pods[0]?.serviceAccount ?? null,
    badges: index.nodes.workload(workload).badges,
    isolation: isolation.shield,
    policies: { ingress: summaries(isolation.ingress, engine.policies), egress: summaries(isolation.egress, engine.policies) },
    pods: { items: pods.slice(0, MAX_PODS).map(podSummary), total: pods.length },
    services: services.map((service) => serviceSummary(service, index)),
    doors: index.doorsTo(workload.ref).map(doorSummary),
    network: workloadNetwork(pods, index.cluster, engine.facts.evaluation.mesh),
    traffic: { items: traffic.slice(0, MAX_TRAFFIC).map(edgeDocument), total: traffic.length },
    windowMs: window.windowMs,
  }
}

function summaries(refs: ReadonlySet<PolicyRef>, policies: readonly PolicyInfo[]): PolicySummary[] {
  return policies.filter(({ ref }) => refs.has(ref)).map(policySummary)
}

function podSummary({ ref, name, phase, ready, terminating, nodeName, hostNetwork, ips, isImplied, containers }: Pod): PodSummary {
  const shown = containers.map(({ flags: _flags, ...container }) => container)
  return { ref, name, phase, ready, terminating, nodeName, hostNetwork, ips, isImplied, containers: shown }
}

export function serviceSummary(service: Service, index: GraphIndex): ServiceSummary {
  const { ref, namespace, name, type, headless, ports, clusterIps, externalName } = service
  const { ready, total, problem } = index.targetsOf(service)
  return { ref, namespace, name, type, headless, ports, clusterIps, externalName, endpoints: { ready, total }, problem }
}

export function namedValues(labels: Labels): NamedValue[] {
  return [...labels].map(([name, value]) => ({ name, value }))
}
