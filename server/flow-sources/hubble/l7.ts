import type { FlowL7 } from '@/lib/flows/flow'
import { templatePath } from '@/lib/flows/path-template'
import { withoutFinalDot } from './endpoint'

export const MAX_TOPIC = 256
/** Query types of one DNS question that are kept. */
export const MAX_QUERY_TYPES = 4
/** Headers that are looked through for the type of the content. */
export const MAX_HEADERS = 64

/** DNS response codes by number. Source: IANA DNS RCODEs. */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE']

/** What every L7 record has; the latency only on responses. */
export type L7Common = { readonly type: FlowL7['type']; readonly latencyMs: number | null }

/** A request over HTTP: method, path and code only. Headers and query strings may hold secrets and are never kept. */
export function httpL7(
  { type, latencyMs }: L7Common,
  http: { readonly code: number; readonly method: string | null; readonly url: string | null; readonly isGrpc: boolean },
): FlowL7 {
  return {
    protocol: http.isGrpc ? 'grpc' : 'http',
    type,
    method: http.method,
    path: http.url === null ? null : templatePath(http.url),
    code: http.code === 0 ? null : String(http.code),
    latencyMs,
  }
}

export function dnsL7(
  { type, latencyMs }: L7Common,
  dns: { readonly query: string | null; readonly types: readonly string[]; readonly rcode: number },
): FlowL7 {
  return {
    protocol: 'dns',
    type,
    method: dns.types.length === 0 ? null : dns.types.join(','),
    path: dns.query === null ? null : withoutFinalDot(dns.query),
    code: type === 'response' ? (RCODES[dns.rcode] ?? `RCODE${dns.rcode}`) : null,
    latencyMs,
  }
}

export function kafkaL7(
  { type, latencyMs }: L7Common,
  kafka: { readonly code: number; readonly api: string | null; readonly topic: string | null },
): FlowL7 {
  return { protocol: 'kafka', type, method: kafka.api, path: kafka.topic, code: type === 'response' ? String(kafka.code) : null, latencyMs }
}

/** True for the header that tells gRPC from other HTTP. */
export function saysGrpc(key: string, value: string): boolean {
  return key.toLowerCase() === 'content-type' && value.startsWith('application/grpc')
}
