import type { ObservedEndpoint } from '@/lib/flows/flow'

export type ServiceName = { readonly namespace: string; readonly name: string }

/** Longest name that is taken apart: two DNS labels and a port. */
const MAX_LENGTH = 160
const MAX_PIECES = 16

/** `NAME.NAMESPACE.svc.DOMAIN` (or a pod of a headless Service before it) as a Service; null for any other name. */
export function serviceOfHost(host: string): ServiceName | null {
  if (host.length > 253) return null
  const labels = host.toLowerCase().split('.')
  const at = labels.indexOf('svc', 2)
  const name = labels[at - 2]
  const namespace = labels[at - 1]
  return at === -1 || name === undefined || namespace === undefined || name === '' || namespace === '' ? null : { namespace, name }
}

/**
 * The Services that a proxy's `NAMESPACE-SERVICE-PORT` may mean, the longest namespace first. Namespaces and Services may
 * have dashes themselves, so only the cluster knows which it is. Some controllers put the name of a rule in between.
 */
export function servicesOfJoinedName(joined: string, between: 'nothing' | 'rule' = 'nothing'): readonly ServiceName[] {
  if (joined.length > MAX_LENGTH) return NONE
  const pieces = joined.split('-')
  if (pieces.length > MAX_PIECES) return NONE
  const names: ServiceName[] = []
  // The last piece is the port.
  for (let namespaceEnd = pieces.length - 2; namespaceEnd >= 1; namespaceEnd--) {
    const last = between === 'rule' ? pieces.length - 2 : namespaceEnd
    for (let start = namespaceEnd; start <= last; start++) {
      names.push({ namespace: pieces.slice(0, namespaceEnd).join('-'), name: pieces.slice(start, -1).join('-') })
    }
  }
  return names.filter(({ namespace, name }) => namespace !== '' && name !== '')
}

/** The same end with the Services that it may be; with the one Service when there is no other. */
export function withServices(end: ObservedEndpoint, services: readonly ServiceName[]): ObservedEndpoint {
  const [only] = services
  if (only === undefined) return end
  return services.length === 1 ? { ...end, service: only } : { ...end, serviceCandidates: services }
}

const NONE: readonly ServiceName[] = []
