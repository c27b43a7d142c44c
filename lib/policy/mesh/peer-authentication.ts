import type { Pod } from '../../model/cluster'
import { isRecord } from '../../model/fields'
import { type PolicyRef, policyRef } from '../../model/names'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import { isEmptySelector, matchesSelector, type Selector } from '../../model/selector'
import { allowOnly, PolicyFields } from '../policy-fields'
import type { UnknownReason } from '../types'
import { doubtOf } from './doubt'
import { eldest } from './eldest'
import { readMatchLabels } from './istio-authorization-policy'

const MODES = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] as const
export type MtlsMode = Exclude<(typeof MODES)[number], 'UNSET'>

/** An Istio PeerAuthentication: whether clients must, may or cannot show a certificate. */
export type PeerAuthentication = {
  readonly ref: PolicyRef
  readonly raw: RawObject
  readonly namespace: string
  readonly selector: Selector
  readonly mode: (typeof MODES)[number]
  /** By port of the pod. */
  readonly ports: ReadonlyMap<number, (typeof MODES)[number]>
  readonly isUnderstood: boolean
  /** False for what stands for policies that could not be read. */
  readonly isRead: boolean
  readonly problems: readonly InputProblem[]
}

export function readPeerAuthentication(raw: RawObject): PeerAuthentication {
  const document = new PolicyFields(raw)
  const { spec } = document
  allowOnly(spec, ['selector', 'mtls', 'portLevelMtls'])
  const mtls = spec.object('mtls')
  allowOnly(mtls, ['mode'])
  const mode = mtls.oneOf('mode', MODES, 'UNSET')
  const selector = readMatchLabels(spec)
  const byPort = spec.object('portLevelMtls')
  const ports = new Map<number, (typeof MODES)[number]>()
  for (const key of byPort.keys()) {
    const port = Number(key)
    if (!/^\d{1,5}$/.test(key) || port < 1 || port > 65_535) byPort.problem(key, 'not a port number')
    else ports.set(port, byPort.object(key).oneOf('mode', MODES, 'UNSET'))
  }
  if (isRecord(spec.get('portLevelMtls')) && isEmptySelector(selector)) {
    spec.problem('portLevelMtls', 'ports can be given only together with a selector')
  }
  return {
    ref: policyRef(raw.meta.kind, raw.meta.namespace, raw.meta.name),
    ...{ raw, namespace: raw.meta.namespace ?? '', selector, mode, ports },
    isUnderstood: document.isUnderstood,
    isRead: true,
    problems: document.problems,
  }
}

/** What may be asked of clients on one port, each with the policy that says it, and why there is more than one. */
export type MtlsModes = {
  /** `policy` null: the default, or a policy that could not be read. */
  readonly possible: readonly { readonly mode: MtlsMode; readonly policy: PolicyRef | null; readonly isSure: boolean }[]
  readonly because: UnknownReason
}

const ALL_MODES: readonly MtlsMode[] = ['STRICT', 'PERMISSIVE', 'DISABLE']

/** The PeerAuthentications of one pod, level by level: the whole mesh, its namespace, the pod itself. */
export type MtlsLevels = readonly (readonly PeerAuthentication[])[]

/**
 * A selector in the root namespace has no effect on pods elsewhere, nor in it. What cannot be understood may stand on any
 * level, so it counts on the last.
 */
export function mtlsLevels(pod: Pod, policies: readonly PeerAuthentication[], rootNamespace: string): MtlsLevels {
  const isWide = ({ selector, isUnderstood }: PeerAuthentication): boolean => isUnderstood && isEmptySelector(selector)
  const own = policies.filter(({ namespace }) => namespace === pod.namespace && namespace !== rootNamespace)
  const root = policies.filter(({ namespace }) => namespace === rootNamespace)
  return [
    root.filter(isWide),
    own.filter(isWide),
    [...own.filter((policy) => !isWide(policy)), ...root.filter(({ isUnderstood }) => !isUnderstood)].filter(({ selector }) =>
      matchesSelector(selector, pod.labels),
    ),
  ]
}

/** The port counts before the pod, before the namespace, before the mesh; UNSET inherits; the oldest of a level counts. */
export function mtlsModes(levels: MtlsLevels, port: number): MtlsModes {
  let possible: MtlsModes['possible'] = [{ mode: 'PERMISSIVE', policy: null, isSure: true }]
  let because: UnknownReason = 'equal-priority'
  for (const policies of levels) {
    const broken = policies.filter(({ isUnderstood }) => !isUnderstood)
    for (const policy of broken) because = doubtOf(policy)
    const inherited = possible
    const read = eldest(policies.filter(({ isUnderstood }) => isUnderstood)).flatMap((policy): MtlsModes['possible'] => {
      const onPort = policy.ports.get(port) ?? 'UNSET'
      const mode = onPort === 'UNSET' ? policy.mode : onPort
      return mode === 'UNSET' ? inherited : [{ mode, policy: policy.ref, isSure: true }]
    })
    const perhaps = broken.flatMap(({ ref, isRead }) => ALL_MODES.map((mode) => ({ mode, policy: isRead ? ref : null, isSure: false })))
    const next = [...(read.length === 0 ? inherited : read), ...perhaps]
    possible = [...new Map(next.map((one) => [`${one.mode} ${one.policy}`, one])).values()]
  }
  return { possible, because }
}
