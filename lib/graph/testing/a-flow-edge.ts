import type { FlowEndpoint, Verdict } from '../../flows/flow'
import type { FlowEdge } from '../../flows/window-types'
import type { PodRef, ServiceRef, WorkloadRef } from '../../model/names'

const NONE = { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }

type EdgeOptions = {
  /** Contract names: `NS/NAME[KIND]`, `svc:NS/NAME`, `ip:A`, `entity:world`; a pod with `podOf`. */
  readonly from: string
  readonly to: string
  readonly fromPod?: string
  readonly toPod?: string
  readonly service?: string
  readonly port?: number | null
  readonly protocol?: FlowEdge['protocol']
  readonly verdicts?: Partial<Record<Verdict, number>>
  readonly repeats?: Partial<Record<Verdict, number>>
  readonly policies?: FlowEdge['policies']
  readonly reasons?: FlowEdge['reasons']
  readonly lastSeen?: number
}

/** A flow edge with defaults: one forwarded TCP connection to port 80. */
export function aFlowEdge(options: EdgeOptions): FlowEdge {
  return {
    source: end(options.from, options.fromPod ?? null, null),
    destination: end(options.to, options.toPod ?? null, options.service ?? null),
    protocol: options.protocol ?? 'TCP',
    port: options.port === undefined ? 80 : options.port,
    verdicts: { ...NONE, ...(options.verdicts ?? { forwarded: 1 }) },
    repeats: { ...NONE, ...options.repeats },
    bytes: null,
    firstSeen: 0,
    lastSeen: options.lastSeen ?? 1_000,
    policies: options.policies ?? [],
    reasons: options.reasons ?? [],
    reporters: ['test'],
  }
}

function end(ref: string, pod: string | null, service: string | null): FlowEndpoint {
  const isWorkload = ref.endsWith(']')
  const namespace = isWorkload ? (ref.split('/')[0] ?? null) : ref.startsWith('svc:') ? (ref.slice(4).split('/')[0] ?? null) : null
  return {
    ref: pod ?? ref,
    namespace,
    workload: isWorkload ? (ref as WorkloadRef) : null,
    pod: pod as PodRef | null,
    service: service as ServiceRef | null,
    ip: ref.startsWith('ip:') ? ref.slice(3) : null,
    group: ref.startsWith('ip:') ? `cidr:${ref.slice(3).split('.').slice(0, 3).join('.')}.0/24` : null,
    identity: 'stated',
    candidates: [],
  }
}
