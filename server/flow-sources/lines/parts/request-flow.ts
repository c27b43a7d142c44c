import type { Exchange, FlowL7, ObservedFlow } from '@/lib/flows/flow'
import { templatePath } from '@/lib/flows/path-template'
import type { DecodedLine } from '../../decoded-line'

/** What a line of a proxy or server says of one request or connection; what it may leave out has a default. */
export type RequestFlow = Pick<ObservedFlow, 'time' | 'source' | 'destination' | 'port' | 'verdict'> &
  Partial<
    Pick<ObservedFlow, 'sourcePort' | 'protocol' | 'reason' | 'rawReason' | 'direction' | 'policies' | 'l7' | 'bytes' | 'phase' | 'node'>
  > & {
    readonly exchange?: Exchange | undefined
    /** null when the line says nothing of it. */
    readonly mutualTls?: boolean | null
  }

/** A flow that stands for one request, or one whole connection. Written out, so that all have one shape. */
export function requestFlow(parts: RequestFlow): ObservedFlow {
  const flow = {
    time: parts.time,
    source: parts.source,
    destination: parts.destination,
    protocol: parts.protocol ?? 'TCP',
    port: parts.port,
    sourcePort: parts.sourcePort ?? null,
    verdict: parts.verdict,
    reason: parts.reason ?? null,
    rawReason: parts.rawReason ?? null,
    direction: parts.direction ?? null,
    policies: parts.policies ?? NO_POLICIES,
    l7: parts.l7 ?? null,
    bytes: parts.bytes ?? null,
    packets: null,
    count: 1,
    uuid: null,
    event: 'flow' as const,
    phase: parts.phase ?? 'start',
    guessedOrder: false,
    node: parts.node ?? null,
  }
  const { exchange, mutualTls } = parts
  if (exchange === undefined && mutualTls == null) return flow
  return { ...flow, ...(exchange === undefined ? {} : { exchange }), ...(mutualTls == null ? {} : { mutualTls }) }
}

const NO_POLICIES: ObservedFlow['policies'] = []

export type HttpRequest = {
  readonly method: string | null
  readonly path: string | null
  /** Status as it was answered; null when nothing was. */
  readonly status: number | null
  readonly latencyMs: number | null
  readonly isGrpc?: boolean
}

/** The L7 part of an HTTP request: the path as a template, without its query; never a header. */
export function httpL7({ method, path, status, latencyMs, isGrpc = false }: HttpRequest): FlowL7 {
  const isAnswered = status !== null && status > 0
  return {
    protocol: isGrpc ? 'grpc' : 'http',
    type: isAnswered ? 'response' : 'request',
    method: method === null || !isMethod(method) ? null : method,
    path: path === null || path === '' ? null : templatePath(path),
    code: isAnswered ? String(status) : null,
    latencyMs,
  }
}

/** Methods are upper case letters (`M-SEARCH` has a dash); a server logs whatever it was sent. */
function isMethod(text: string): boolean {
  if (text.length > 20 || text[0] === '-') return false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if ((code < 65 || code > 90) && code !== 45) return false
  }
  return true
}

export type RequestLine = { readonly method: string | null; readonly path: string | null }

/** Reads `GET /path HTTP/1.1`. What is no request line (a TLS hello on a port for HTTP) has neither method nor path. */
export function readRequestLine(text: string): RequestLine {
  const first = text.indexOf(' ')
  const last = text.lastIndexOf(' ')
  if (first < 1 || !isMethod(text.slice(0, first))) return { method: null, path: null }
  const hasProtocol = last > first && text.startsWith('HTTP/', last + 1)
  const path = text.slice(first + 1, hasProtocol ? last : undefined)
  return { method: text.slice(0, first), path: path === '' || path === '-' ? null : path }
}

/** One line as one flow, several, or none when it says nothing of both ends. */
export function decodedFlows(flows: readonly ObservedFlow[], isTimed: boolean): DecodedLine {
  const [only] = flows
  if (only === undefined) return { kind: 'ignored', reason: 'no-endpoints' }
  return flows.length === 1 ? { kind: 'flow', flow: only, isTimed, unknownFields: 0 } : { kind: 'flows', flows, isTimed }
}
