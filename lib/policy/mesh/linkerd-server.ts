import type { Pod } from '../../model/cluster'
import type { Labels } from '../../model/labels'
import { type PolicyRef, policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { matchesSelector, type Selector } from '../../model/selector'
import { DEFAULT_INBOUND_POLICIES, type DefaultInboundPolicy } from '../assumptions'
import { allowOnly, PolicyFields, readSelector } from '../policy-fields'

/** A Linkerd Server: one port of some pods, of which authorizations speak. */
export type LinkerdServer = {
  readonly ref: PolicyRef
  readonly raw: RawObject
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  /** null for machines outside the cluster. */
  readonly selector: Selector | null
  /** null when it could not be read. */
  readonly port: number | string | null
  readonly protocol: 'detect' | 'http' | 'grpc' | 'tcp'
  /** What holds for clients that no authorization names. */
  readonly accessPolicy: DefaultInboundPolicy
  readonly isUnderstood: boolean
  /** False for what stands for Servers that could not be read. */
  readonly isRead: boolean
  readonly problems: readonly InputProblem[]
}

const PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'] as const
const READ_AS = { unknown: 'detect', 'HTTP/1': 'http', 'HTTP/2': 'http', gRPC: 'grpc', opaque: 'tcp', TLS: 'tcp' } as const

export function readServer(raw: RawObject): LinkerdServer {
  const document = new PolicyFields(raw)
  const { spec } = document
  allowOnly(spec, ['podSelector', 'externalWorkloadSelector', 'port', 'proxyProtocol', 'accessPolicy'])
  const isOutside = spec.has('externalWorkloadSelector') && !spec.has('podSelector')
  if (!spec.has('podSelector') && !isOutside) spec.problem('podSelector', 'a selector is required')
  if (spec.has('podSelector') && spec.has('externalWorkloadSelector')) spec.problem('podSelector', 'only one selector can be given')
  const selector = readSelector(spec, isOutside ? 'externalWorkloadSelector' : 'podSelector')
  const port = spec.portOrName('port')
  if (!spec.has('port')) spec.problem('port', 'a port is required')
  return {
    ref: policyRef(raw.meta.kind, raw.meta.namespace, raw.meta.name),
    ...{ raw, namespace: raw.meta.namespace ?? '', name: raw.meta.name, labels: raw.meta.labels },
    selector: isOutside ? null : (selector ?? { matchLabels: new Map(), matchExpressions: [] }),
    port,
    protocol: READ_AS[spec.oneOf('proxyProtocol', PROTOCOLS, 'unknown')],
    accessPolicy: spec.oneOf('accessPolicy', DEFAULT_INBOUND_POLICIES, 'deny'),
    isUnderstood: document.isUnderstood,
    isRead: true,
    problems: document.problems,
  }
}

export function selectsPod({ namespace, selector }: LinkerdServer, pod: Pod): boolean {
  return namespace === pod.namespace && selector !== null && matchesSelector(selector, pod.labels)
}

/** The ports of a pod that a Server is for; null when nobody can tell. A name may stand for several. */
export function portsOfServer({ port }: LinkerdServer, pod: Pod): readonly number[] | null {
  if (typeof port !== 'string') return port === null ? null : [port]
  const listening = pod.containers.filter(({ kind }) => kind !== 'init').flatMap(({ ports }) => ports)
  return [...new Set(listening.filter((one) => one.name === port && one.protocol === 'TCP').map((one) => one.port))]
}
