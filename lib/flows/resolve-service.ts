import type { Cluster } from '../model/cluster'
import { type ServiceRef, serviceRef } from '../model/names'
import type { ObservedEndpoint } from './flow'

/** The Services that an end may be, as far as the cluster has them; the one that the record states when it states one. */
export function servicesOfEnd(end: ObservedEndpoint, cluster: Cluster): readonly ServiceRef[] {
  if (end.service !== null) return [serviceRef(end.service.namespace, end.service.name)]
  if (end.serviceCandidates === undefined) return NONE
  return end.serviceCandidates.map(({ namespace, name }) => serviceRef(namespace, name)).filter((ref) => cluster.services.has(ref))
}

/** The one of several that it is: the only one, or the only one in the namespace of the backend. Null when that does not tell. */
export function onlyService(services: readonly ServiceRef[], namespace: string | null): ServiceRef | null {
  const [only] = services
  if (only === undefined || services.length === 1) return only ?? null
  const beside = namespace === null ? NONE : services.filter((ref) => ref.startsWith(`svc:${namespace}/`))
  return beside.length === 1 ? (beside[0] ?? null) : null
}

const NONE: readonly ServiceRef[] = []
