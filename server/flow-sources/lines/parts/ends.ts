import type { ObservedEndpoint } from '@/lib/flows/flow'
import { NOWHERE } from '../../nowhere'
import type { Logger } from '../line-format'

/** An end of which only the address is known. */
export function endAt(ip: string | null): ObservedEndpoint {
  return ip === null ? NOWHERE : { ...NOWHERE, ip }
}

/**
 * The pod that wrote the line, where it is an end of what it logged (a proxy, a DNS server); the address alone when the log
 * shipper did not say who wrote.
 */
export function endOfLogger(logger: Logger | null, ip: string | null): ObservedEndpoint {
  if (logger === null) return endAt(ip)
  return { ...NOWHERE, ip: ip ?? logger.ip, namespace: logger.namespace, pod: logger.pod }
}

/** True for an end that a line says nothing of. */
export function isNowhere(end: ObservedEndpoint): boolean {
  return (
    end.ip === null &&
    end.pod === null &&
    end.service === null &&
    end.workload === null &&
    end.names.length === 0 &&
    end.serviceCandidates === undefined
  )
}
