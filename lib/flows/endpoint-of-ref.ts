import { podRef, serviceRef, workloadRef } from '../model/names'
import type { FlowEndpoint } from './flow'

const NOTHING = {
  namespace: null,
  workload: null,
  pod: null,
  service: null,
  ip: null,
  group: null,
  identity: 'stated',
  candidates: [],
} as const

/**
 * An end that is known by its contract name alone (a node of the map, a value of a query): `NS`, `NS/NAME`,
 * `NS/NAME[KIND]`, `svc:NS/NAME`, `ip:A`, `cidr:C`, `dns:NAME` or `entity:NAME`.
 */
export function endpointOfRef(ref: string): FlowEndpoint {
  if (ref.startsWith('ip:')) return { ...NOTHING, ref, ip: ref.slice('ip:'.length) }
  if (ref.startsWith('cidr:')) return { ...NOTHING, ref, group: ref }
  if (ref.startsWith('dns:') || ref.startsWith('entity:')) return { ...NOTHING, ref }

  const isService = ref.startsWith('svc:')
  const name = isService ? ref.slice('svc:'.length) : ref
  const slash = name.indexOf('/')
  if (slash === -1) return { ...NOTHING, ref, namespace: name }
  const namespace = name.slice(0, slash)
  const rest = name.slice(slash + 1)
  if (isService) return { ...NOTHING, ref, namespace, service: serviceRef(namespace, rest) }
  const bracket = rest.endsWith(']') ? rest.lastIndexOf('[') : -1
  if (bracket === -1) return { ...NOTHING, ref, namespace, pod: podRef(namespace, rest) }
  return { ...NOTHING, ref, namespace, workload: workloadRef(namespace, rest.slice(0, bracket), rest.slice(bracket + 1, -1)) }
}
