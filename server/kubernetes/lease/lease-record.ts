import type { V1Lease } from '@kubernetes/client-node'
import { isRecord } from '@/lib/model/fields'
import type { Received } from '../reflector/received'

/** What a Lease says. Its times are by the clock of whoever wrote it: they are for people, and nothing is decided by them. */
export type LeaseRecord = {
  /** null when nobody holds it. */
  readonly holder: string | null
  readonly durationMs: number
  /** As it stands there, so that it can be handed on. */
  readonly acquireTime: string | null
  readonly transitions: number
  readonly resourceVersion: string
  /** Annotations and labels stay as they are. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** null for what is no Lease. */
export function readLease(body: unknown): LeaseRecord | null {
  if (!isRecord(body) || !isRecord(body.metadata)) return null
  const { metadata } = body
  const { resourceVersion } = metadata
  if (typeof resourceVersion !== 'string') return null
  const spec: Received<NonNullable<V1Lease['spec']>> = isRecord(body.spec) ? body.spec : {}
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = spec
  return {
    holder: typeof holderIdentity === 'string' && holderIdentity !== '' ? holderIdentity : null,
    durationMs: typeof leaseDurationSeconds === 'number' && leaseDurationSeconds > 0 ? leaseDurationSeconds * 1_000 : 0,
    acquireTime: typeof acquireTime === 'string' ? acquireTime : null,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    resourceVersion,
    metadata,
  }
}

/** What is written into a Lease. */
export type LeaseClaim = {
  readonly holder: string
  readonly durationSeconds: number
  readonly acquireTime: string
  readonly renewTime: string
  readonly transitions: number
}

export function leaseBody(metadata: Readonly<Record<string, unknown>>, claim: LeaseClaim): string {
  const { holder, durationSeconds, acquireTime, renewTime, transitions } = claim
  return JSON.stringify({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata,
    spec: { holderIdentity: holder, leaseDurationSeconds: durationSeconds, acquireTime, renewTime, leaseTransitions: transitions },
  })
}

/** Kubernetes wants six digits after the point. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
