import type { SourceDocument } from '@/lib/model/source-document'
import { manyPods } from '@/lib/model/testing/many-pods'
import { closedNamespace } from './closed-namespace'

/** A plain object that a measurement looks into and changes. */
type LiveObject = Record<string, unknown> & {
  readonly kind: string
  readonly metadata: { name: string; readonly namespace?: string; uid?: string; readonly labels: Record<string, string> }
}

/** A cluster of about that many pods as an API server lists it, kind by kind: nodes, workloads, Services with slices, policies. */
export function liveDocuments(pods: number): readonly SourceDocument[] {
  const objects = manyPods(pods) as readonly LiveObject[]
  const of = (kind: string) => objects.filter((object) => object.kind === kind)
  const namespaces = [...new Set(of('Pod').map(({ metadata }) => metadata.namespace ?? ''))]
  const bodies = [
    ...namespaces.map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    })),
    ...Array.from({ length: 50 }, (_, index) => nodeOf(index)),
    ...['Deployment', 'ReplicaSet', 'Pod', 'Service'].flatMap(of),
    ...slicesOf(of('Pod')),
    ...namespaces.filter((_, index) => index % 2 === 0).flatMap(policiesOf),
  ]
  return bodies.map((body) => ({ body, origin: null }))
}

function nodeOf(index: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${index}`, labels: {} },
    spec: { podCIDRs: [`10.64.${index}.0/24`] },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${index}` }], conditions: [{ type: 'Ready', status: 'True' }] },
  }
}

function slicesOf(pods: readonly LiveObject[]): readonly object[] {
  const services = new Map<string, LiveObject[]>()
  for (const pod of pods) {
    const key = `${pod.metadata.namespace}/${pod.metadata.labels.app}`
    const members = services.get(key)
    if (members === undefined) services.set(key, [pod])
    else members.push(pod)
  }
  return [...services].map(([key, members]) => {
    const [namespace = '', name = ''] = key.split('/')
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-x1`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: members.map((pod) => ({
        addresses: [(pod.status as { podIP: string }).podIP],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: 'Pod', name: pod.metadata.name, namespace },
      })),
    }
  })
}

function policiesOf(namespace: string): readonly object[] {
  return closedNamespace(namespace, {
    name: 'from-outside',
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/part-of': namespace } },
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }],
    },
  })
}

/** One change of a live cluster; `round` tells repetitions apart. */
export type LiveChange = {
  readonly name: string
  readonly apply: (documents: readonly SourceDocument[], round: number) => readonly SourceDocument[]
}

// biome-ignore lint/suspicious/noExplicitAny: the bodies are this file's own, of many shapes.
type Edit = (body: any, round: number) => void

function edit(kind: string, change: Edit): LiveChange['apply'] {
  return (documents, round) => {
    const place = middleOf(documents, kind)
    const body = structuredClone(documents[place]?.body)
    change(body, round)
    return documents.with(place, { body, origin: null })
  }
}

/** The place of the object in the middle of its kind. */
function middleOf(documents: readonly SourceDocument[], kind: string): number {
  const places = [...documents.keys()].filter((place) => (documents[place]?.body as LiveObject | undefined)?.kind === kind)
  return places[places.length >> 1] ?? 0
}

const flipPod = edit('Pod', (pod, round) => {
  pod.status.conditions[1].status = round % 2 === 0 ? 'False' : 'True'
})
const flipSlice = edit('EndpointSlice', (slice, round) => {
  slice.endpoints[0].conditions.ready = round % 2 === 1
})

export const LIVE_CHANGES: readonly LiveChange[] = [
  { name: 'nothing', apply: (documents) => [...documents] },
  { name: 'a pod is ready or not, and its slice says so', apply: (documents, round) => flipSlice(flipPod(documents, round), round) },
  {
    name: 'a pod gets another label',
    apply: edit('Pod', (pod, round) => {
      pod.metadata.labels.app = `app-${round}`
    }),
  },
  {
    name: 'a pod goes, another comes',
    apply: (documents, round) => {
      const place = middleOf(documents, 'Pod')
      const body = structuredClone(documents[place]?.body) as LiveObject
      body.metadata.name += `-${round}`
      body.metadata.uid = `new-${round}`
      const last = documents.findLastIndex((document) => (document.body as LiveObject).kind === 'Pod')
      return documents.toSpliced(last + 1, 0, { body, origin: null }).toSpliced(place, 1)
    },
  },
  {
    name: 'a Deployment has another status',
    apply: edit('Deployment', (deployment, round) => {
      deployment.status.replicas = round
    }),
  },
  {
    name: 'a node says that it lives',
    apply: edit('Node', (node, round) => {
      node.status.conditions[0].lastHeartbeatTime = String(round)
    }),
  },
  {
    name: 'a Service has another port',
    apply: edit('Service', (service, round) => {
      service.spec.ports[0].port = 100 + round
    }),
  },
  {
    name: 'a policy allows another port',
    apply: edit('NetworkPolicy', (policy, round) => {
      policy.spec.ingress = [{ ports: [{ port: 100 + round }] }]
    }),
  },
  {
    name: 'a namespace gets another label',
    apply: edit('Namespace', (namespace, round) => {
      namespace.metadata.labels.round = String(round)
    }),
  },
]
