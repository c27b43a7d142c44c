import { z } from 'zod'
import type { SourceDocument } from '@/lib/model/source-document'
import { certificateDocuments } from './certificates'
import type { DemoMoment } from './demo-moment'
import type { DemoWorkload } from './demo-workload'
import { MACHINES, machineDocuments } from './machines'
import type { DemoPod } from './population'
import { CHECKOUT, CHECKOUT_LABEL_BEFORE, podAgeMs, WEB } from './population'
import { listeningContainers, runServices, sliceDocuments } from './run-services'
import { stableUid } from './seeded-random'

const OBJECT = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.looseObject({}).optional(),
})
type WrittenObject = z.infer<typeof OBJECT>

export type InflateInput = {
  /** The demo's YAML. */
  readonly written: readonly SourceDocument[]
  readonly workloads: readonly DemoWorkload[]
  readonly pods: readonly DemoPod[]
  readonly moment: DemoMoment
  /** Milliseconds since the epoch; ages are counted from here. */
  readonly start: number
}

/**
 * The whole cluster at one moment: what the team wrote, as the story has it by now, and what the cluster makes of it:
 * machines, ReplicaSets, Jobs, pods, addresses, EndpointSlices. Documents of the YAML keep the line they were written at.
 */
export function inflate({ written, workloads, pods, moment, start }: InflateInput): SourceDocument[] {
  const told = written.map((document) => tell(document, moment))
  const running = runServices(told)
  return [
    ...running.filter((document) => OBJECT.parse(document.body).kind !== 'Pod'),
    ...machineDocuments(),
    ...certificateDocuments(told),
    ...ownerDocuments(pods, workloads),
    ...pods.map((pod) => podDocument(pod, start)),
    ...sliceDocuments(told, pods),
  ]
}

/** A document of the YAML as it stands at this moment of the story. */
function tell(document: SourceDocument, moment: DemoMoment): SourceDocument {
  const body = OBJECT.parse(document.body)
  const key = `${body.metadata.namespace}/${body.metadata.name}`
  const identified = { ...body, metadata: { ...body.metadata, uid: uidOf(body.kind, key) } }
  if (body.kind === 'Deployment' && key === WEB) {
    return { ...document, body: { ...identified, spec: { ...body.spec, replicas: moment.webPods } } }
  }
  if (body.kind === 'Deployment' && key === CHECKOUT && moment.checkoutLabel === 'before') {
    return { ...document, body: withTemplateLabel(identified, 'app', CHECKOUT_LABEL_BEFORE) }
  }
  if (body.kind === 'NetworkPolicy' && key === 'bookings/notifications-egress' && !moment.mailPolicyForgetsDns) {
    return { ...document, body: withEgressRule(identified, DNS_RULE) }
  }
  if (body.kind === 'Ingress') return { ...document, body: { ...identified, status: INGRESS_STATUS } }
  if (body.kind === 'Gateway') return { ...document, body: { ...identified, status: { addresses: body.spec?.addresses } } }
  return { ...document, body: identified }
}

/** Address of the Traefik Service, which the controller writes into every Ingress. */
const INGRESS_STATUS = { loadBalancer: { ingress: [{ ip: '203.0.113.20' }] } }

/** What the repaired mail policy says in addition. */
const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
}

function withEgressRule(policy: WrittenObject, rule: object): WrittenObject {
  const { egress } = z.object({ egress: z.array(z.unknown()) }).parse(policy.spec)
  return { ...policy, spec: { ...policy.spec, egress: [...egress, rule] } }
}

function withTemplateLabel(workload: WrittenObject, key: string, value: string): WrittenObject {
  const { template } = z
    .object({ template: z.looseObject({ metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }) }) })
    .parse(workload.spec)
  const labels = { ...template.metadata.labels, [key]: value }
  return { ...workload, spec: { ...workload.spec, template: { ...template, metadata: { ...template.metadata, labels } } } }
}

function uidOf(kind: string, key: string): string {
  return stableUid(`${kind}/${key}`)
}

/** ReplicaSets and Jobs: what stands between a workload and its pods. */
function ownerDocuments(pods: readonly DemoPod[], workloads: readonly DemoWorkload[]): SourceDocument[] {
  const owned = new Map<string, DemoPod[]>()
  for (const pod of pods) {
    if (pod.owner?.kind !== 'ReplicaSet' && pod.owner?.kind !== 'Job') continue
    const key = `${pod.owner.kind}/${pod.namespace}/${pod.owner.name}`
    owned.set(key, [...(owned.get(key) ?? []), pod])
  }
  const order = new Map(workloads.map((workload, index) => [workload.key, index]))
  const rank = (group: readonly DemoPod[]) => order.get(group[0]?.workload.key ?? '') ?? 0
  return [...owned.values()].sort((a, b) => rank(a) - rank(b)).flatMap((group) => ownerDocument(group))
}

function ownerDocument(group: readonly DemoPod[]): SourceDocument[] {
  const [pod] = group
  if (!pod?.owner) return []
  const { workload, owner } = pod
  const isJob = owner.kind === 'Job'
  const labels = podLabels(pod)
  const spec = isJob ? {} : { replicas: group.length, selector: { matchLabels: labels } }
  const body = {
    apiVersion: isJob ? 'batch/v1' : 'apps/v1',
    kind: owner.kind,
    metadata: {
      name: owner.name,
      namespace: pod.namespace,
      uid: uidOf(owner.kind, `${pod.namespace}/${owner.name}`),
      labels,
      ownerReferences: [
        {
          apiVersion: isJob ? 'batch/v1' : 'apps/v1',
          kind: workload.kind,
          name: workload.name,
          uid: uidOf(workload.kind, workload.key),
          controller: true,
        },
      ],
    },
    spec: { ...spec, template: { metadata: { labels }, spec: pod.template.spec } },
  }
  return [{ origin: null, body }]
}

function podLabels(pod: DemoPod): Record<string, string> {
  return pod.templateHash === null ? { ...pod.template.labels } : { ...pod.template.labels, 'pod-template-hash': pod.templateHash }
}

function podDocument(pod: DemoPod, start: number): SourceDocument {
  const machine = MACHINES[pod.machine]
  const { namespace, name, owner } = pod
  const since = new Date(pod.scheduledAt ?? start - podAgeMs(pod)).toISOString()
  const ips = pod.ips.map((ip) => ({ ip }))
  const hostIPs = machine?.addresses.map((ip) => ({ ip }))
  const isDone = pod.phase === 'Succeeded'
  const containers = listeningContainers(pod)
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: stableUid(`pod/${namespace}/${name}`),
      creationTimestamp: since,
      labels: podLabels(pod),
      ...(owner === null ? {} : { ownerReferences: [ownerReference(pod, owner)] }),
    },
    spec: { ...pod.template.spec, nodeName: machine?.name },
    status: {
      phase: pod.phase,
      podIP: pod.ips[0],
      podIPs: ips,
      hostIP: machine?.addresses[0],
      hostIPs,
      startTime: since,
      conditions: [{ type: 'Ready', status: pod.ready ? 'True' : 'False' }],
      containerStatuses: containers.map((container) => ({ name: container.name, ready: pod.ready, restartCount: 0, started: !isDone })),
    },
  }
  return { origin: null, body }
}

function ownerReference(pod: DemoPod, owner: NonNullable<DemoPod['owner']>): object {
  return {
    apiVersion: owner.kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind: owner.kind,
    name: owner.name,
    uid: uidOf(owner.kind, `${pod.namespace}/${owner.name}`),
    controller: true,
  }
}
