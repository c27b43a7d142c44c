import { timeOf } from '../../json-fields'
import { type Field, numberOf, splitFields, statedOf } from '../parts/fields'
import { readRequestLine } from '../parts/request-flow'
import { type EnvoyRecord, flagsOf } from './envoy-record'

/** `[2026-05-04T10:00:00.000Z] "`: nothing else begins so. */
export function isEnvoyText(text: string): boolean {
  return text.startsWith('[') && text[5] === '-' && text[8] === '-' && text[11] === 'T' && text.slice(20, 36).includes('] "')
}

/** Bytes received and sent, duration and the upstream's time; then forwarded-for, agent, request id, authority and upstream host. */
const NUMBERS = 4
const QUOTED = 5
/** Cluster, upstream's local address, the two downstream addresses, server name, route name: Istio's lines only. */
const ISTIO_TAIL = 6

/**
 * Reads a line in Istio's default format, of today and of old releases (which differ before the bytes), or in Envoy's own,
 * which ends behind the upstream host. A line in any other layout is null: which field is which cannot be known then, and
 * two of them hold what the client wrote.
 */
export function readEnvoyText(text: string): EnvoyRecord | null {
  const fields = splitFields(text, 0, 'raw')
  if (fields === null) return null
  const [time, request, code, flags] = fields
  if (time?.kind !== 'bracketed' || request?.kind !== 'quoted' || code?.kind !== 'bare' || flags?.kind !== 'bare') return null
  const numbersAt = placeOfNumbers(fields)
  if (numbersAt === null) return null
  const quotedAt = numbersAt + NUMBERS
  const tailAt = quotedAt + QUOTED
  const tail = fields.slice(tailAt)
  if (tail.length !== 0 && tail.length !== ISTIO_TAIL) return null
  // What a client writes into a quoted field can look like a tail, but not push the last quoted field out of its place.
  if (tail.some(({ kind }) => kind !== 'bare')) return null
  const status = numberOf(code.text)
  if (status === null) return null
  const value = (index: number) => statedOf(fields[index]?.text)
  // Behind the flags: details of the answer and of the end of the connection, where the release writes them.
  const details = fields.slice(4, numbersAt).filter(({ kind }) => kind === 'bare')
  const line = readRequestLine(request.text)
  return {
    time: timeOf(time.text),
    ...line,
    protocol: line.method === null ? null : request.text.slice(request.text.lastIndexOf(' ') + 1),
    code: status,
    flags: flagsOf(statedOf(flags.text)),
    details: statedOf(details[0]?.text),
    terminationDetails: statedOf(details[1]?.text),
    bytesReceived: numberOf(value(numbersAt)),
    bytesSent: numberOf(value(numbersAt + 1)),
    durationMs: numberOf(value(numbersAt + 2)),
    forwardedFor: value(quotedAt),
    isGrpc: value(quotedAt + 1)?.startsWith('grpc-') === true,
    requestId: value(quotedAt + 2),
    authority: value(quotedAt + 3),
    upstreamHost: value(quotedAt + 4),
    upstreamCluster: value(tailAt),
    upstreamLocalAddress: value(tailAt + 1),
    downstreamLocalAddress: value(tailAt + 2),
    downstreamRemoteAddress: value(tailAt + 3),
    requestedServerName: value(tailAt + 4),
    downstreamPeer: null,
    upstreamPeer: null,
    routeName: value(tailAt + 5),
  }
}

/** Index of the bytes received: four bare fields before five quoted ones. */
function placeOfNumbers(fields: readonly Field[]): number | null {
  for (let index = 4; index <= 8; index++) {
    const numbers = fields.slice(index, index + NUMBERS)
    const quoted = fields.slice(index + NUMBERS, index + NUMBERS + QUOTED)
    if (quoted.length < QUOTED) return null
    if (numbers.every(({ kind }) => kind === 'bare') && quoted.every(({ kind }) => kind === 'quoted')) return index
  }
  return null
}
