import type { FlowL7 } from '@/lib/flows/flow'
import { templatePath } from '@/lib/flows/path-template'
import { withoutFinalDot } from './hubble-endpoint'
import { countOf, type JsonObject, objectOf, textOf, textsOf } from './json-fields'

const MAX_TOPIC = 256

/** DNS response codes by number. Source: IANA DNS RCODEs. */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE']

/** Reads the L7 part: method, path and code only. Headers and query strings may hold secrets and are never kept. */
export function readL7(flow: JsonObject): FlowL7 | null {
  const l7 = objectOf(flow.l7)
  if (l7 === null) return null
  const type = l7.type === 'RESPONSE' || l7.type === 2 ? 'response' : 'request'
  const nanoseconds = type === 'response' ? countOf(l7.latency_ns) : null
  const latencyMs = nanoseconds === null ? null : nanoseconds / 1e6

  const http = objectOf(l7.http)
  if (http !== null) {
    const code = countOf(http.code)
    return {
      protocol: isGrpc(http) ? 'grpc' : 'http',
      type,
      method: textOf(http.method, 32),
      path: typeof http.url === 'string' && http.url !== '' ? templatePath(http.url) : null,
      code: code === null || code === 0 ? null : String(code),
      latencyMs,
    }
  }
  const dns = objectOf(l7.dns)
  if (dns !== null) {
    const query = textOf(dns.query)
    const types = textsOf(dns.qtypes, 4).join(',')
    return {
      protocol: 'dns',
      type,
      method: types === '' ? null : types,
      path: query === null ? null : withoutFinalDot(query),
      code: type === 'response' ? rcodeName(countOf(dns.rcode) ?? 0) : null,
      latencyMs,
    }
  }
  const kafka = objectOf(l7.kafka)
  if (kafka !== null) {
    const code = typeof kafka.error_code === 'number' ? kafka.error_code : 0
    return {
      protocol: 'kafka',
      type,
      method: textOf(kafka.api_key, 64),
      path: textOf(kafka.topic, MAX_TOPIC),
      code: type === 'response' ? String(code) : null,
      latencyMs,
    }
  }
  return null
}

function rcodeName(code: number): string {
  return RCODES[code] ?? `RCODE${code}`
}

function isGrpc(http: JsonObject): boolean {
  if (!Array.isArray(http.headers)) return false
  for (const header of http.headers.slice(0, 64)) {
    const entry = objectOf(header)
    if (textOf(entry?.key, 64)?.toLowerCase() !== 'content-type') continue
    return textOf(entry?.value, 64)?.startsWith('application/grpc') === true
  }
  return false
}
