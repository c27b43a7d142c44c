import type { BackendTlsPolicy, TrafficSplit } from '../../entry/gateway-companions'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { canonicalDnsName } from '../service'
import { baseOf } from './entry-base'

export function readBackendTlsPolicy(document: Fields, meta: ObjectMeta): BackendTlsPolicy {
  const spec = document.object('spec')
  const validation = spec.object('validation')
  const hostname = validation.string('hostname')
  return {
    ...baseOf('BackendTLSPolicy', meta),
    targets: spec.list('targetRefs').map((target) => ({
      kind: target.string('kind') ?? 'Service',
      name: target.string('name') ?? '',
      sectionName: target.string('sectionName') || null,
    })),
    hostname: hostname ? canonicalDnsName(hostname) : null,
    certificates: validation.list('caCertificateRefs').map((ref) => `${ref.string('kind') ?? 'ConfigMap'}/${ref.string('name') ?? ''}`),
  }
}

export function readTrafficSplit(document: Fields, meta: ObjectMeta): TrafficSplit {
  const spec = document.object('spec')
  return {
    ...baseOf('TrafficSplit', meta),
    service: spec.string('service') ?? '',
    backends: spec
      .list('backends')
      .map((backend) => ({ service: backend.string('service') ?? '', weight: readWeight(backend.get('weight')) })),
  }
}

/** A number, or a quantity as old versions wrote it: `500m` is half. */
function readWeight(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return 1
  const milli = value.endsWith('m')
  const number = Number(milli ? value.slice(0, -1) : value)
  if (!Number.isFinite(number)) return 1
  return milli ? number / 1_000 : number
}
