import type { FlowEndpoint } from '../lib/flows/flow'
import type { FlowEdge } from '../lib/flows/window-types'
import { podRef, serviceRef, workloadRef } from '../lib/model/names'
import { closedNamespace } from './closed-namespace'

export type GeneratedCluster = { readonly documents: readonly object[]; readonly flowEdges: readonly FlowEdge[] }

const PODS_PER_WORKLOAD = 4
const WORKLOADS_PER_NAMESPACE = 12
/** Outgoing connections of a workload: most go to its own namespace. */
const CALLS_PER_WORKLOAD = 6

/**
 * A cluster of about `pods` pods with Services, one default-deny namespace in three with rules for its callers, and an hour's
 * flow edges between pods. The same number gives the same cluster.
 */
export function generateCluster(pods: number): GeneratedCluster {
  const random = seeded(pods)
  const workloads = Array.from({ length: Math.max(2, Math.round(pods / PODS_PER_WORKLOAD)) }, (_, index) => ({
    name: `app-${index}`,
    namespace: `team-${Math.floor(index / WORKLOADS_PER_NAMESPACE)}`,
    number: index,
  }))
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))]
  const documents: object[] = namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  for (const { name, namespace, number } of workloads) {
    documents.push({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: PODS_PER_WORKLOAD,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, tier: number % 2 === 0 ? 'front' : 'back' } },
          spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
        },
      },
    })
    for (let pod = 0; pod < PODS_PER_WORKLOAD; pod++) documents.push(podOf(namespace, name, number, pod))
    documents.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    })
  }
  namespaces.forEach((namespace, index) => {
    if (index % 3 === 0) documents.push(...policiesOf(namespace, namespaces[(index + 1) % namespaces.length] ?? namespace))
  })

  const flowEdges: FlowEdge[] = []
  for (const source of workloads) {
    for (let call = 0; call < CALLS_PER_WORKLOAD; call++) {
      const near = Math.floor(source.number / WORKLOADS_PER_NAMESPACE) * WORKLOADS_PER_NAMESPACE
      const index = call < 4 ? near + Math.floor(random() * WORKLOADS_PER_NAMESPACE) : Math.floor(random() * workloads.length)
      const target = workloads[Math.min(index, workloads.length - 1)]
      if (target === undefined || target === source) continue
      const dropped = random() < 0.03 ? 1 + Math.floor(random() * 20) : 0
      for (let pod = 0; pod < PODS_PER_WORKLOAD; pod++) {
        flowEdges.push(edgeOf(endOf(source, pod), endOf(target, (pod + call) % PODS_PER_WORKLOAD), dropped))
      }
    }
  }
  return { documents, flowEdges }
}

type Place = { readonly name: string; readonly namespace: string; readonly number: number }

function podOf(namespace: string, workload: string, number: number, pod: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${workload}-${pod}`,
      namespace,
      labels: { app: workload, tier: number % 2 === 0 ? 'front' : 'back' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: workload, uid: workload, controller: true }],
    },
    spec: { nodeName: `node-${number % 20}`, containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      podIPs: [
        { ip: `10.${64 + Math.floor(number / 16_000)}.${Math.floor(number / 60) % 256}.${(number % 60) * PODS_PER_WORKLOAD + pod}` },
      ],
    },
  }
}

function policiesOf(namespace: string, caller: string): object[] {
  return closedNamespace(namespace, {
    name: 'from-neighbour',
    spec: {
      podSelector: { matchLabels: { tier: 'front' } },
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': caller } } }],
          ports: [{ port: 8080 }],
        },
      ],
    },
  })
}

function endOf({ name, namespace }: Place, pod: number): FlowEndpoint {
  return {
    ref: `${namespace}/${name}-${pod}`,
    namespace,
    workload: workloadRef(namespace, name, 'Deployment'),
    pod: podRef(namespace, `${name}-${pod}`),
    service: serviceRef(namespace, name),
    ip: null,
    group: null,
    identity: 'stated',
    candidates: [],
  }
}

function edgeOf(source: FlowEndpoint, destination: FlowEndpoint, dropped: number): FlowEdge {
  return {
    source,
    destination,
    protocol: 'TCP',
    port: 8080,
    verdicts: { forwarded: dropped > 0 ? 0 : 100, dropped, audit: 0, error: 0, unknown: 0 },
    repeats: { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 },
    bytes: null,
    firstSeen: 1,
    lastSeen: 2,
    policies: [],
    reasons: [],
    reporters: ['bench'],
  }
}

/** The same sequence for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
