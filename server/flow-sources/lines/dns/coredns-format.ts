import type { ObservedFlow } from '@/lib/flows/flow'
import type { DecodedLine } from '../../decoded-line'
import { timeOf } from '../../json-fields'
import { NOWHERE } from '../../nowhere'
import type { Envelope, LineFormat, Payload } from '../line-format'
import { readAddressPort } from '../parts/address-port'
import { readClfTime } from '../parts/clf-time'
import { endAt, endOfLogger } from '../parts/ends'
import { decimalOf, numberOf, statedOf } from '../parts/fields'
import { requestFlow } from '../parts/request-flow'
import { type ServiceName, withServices } from '../parts/service-names'

/**
 * Queries that CoreDNS logs (plugin `log`), of today and from before 1.3. A line says what was asked and answered, and nothing
 * of what policies decided, so its verdict is unknown.
 */
export const COREDNS: LineFormat = {
  id: 'coredns',
  title: 'CoreDNS query log',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'text' && questionAt(payload.text) !== null,
  decode: decodeCoredns,
}

/** What the DNS of a cluster is called. Nobody says which server it was when the log shipper did not. */
const DNS_SERVICES: readonly ServiceName[] = [
  { namespace: 'kube-system', name: 'kube-dns' },
  { namespace: 'kube-system', name: 'coredns' },
  { namespace: 'openshift-dns', name: 'dns-default' },
]

type Question = { readonly start: number; readonly end: number; readonly words: readonly string[] }

const MAX_HEAD = 200
const CLASSES: ReadonlySet<string> = new Set(['IN', 'CH', 'HS', 'CS', 'NONE', 'ANY'])

/** `"TYPE CLASS NAME. PROTOCOL SIZE DO BUFFER"`: where it stands. */
function questionAt(text: string): Question | null {
  const start = text.indexOf('"')
  if (start < 8 || start > MAX_HEAD) return null
  const end = endOfQuestion(text, start)
  if (end === -1) return null
  const words = text.slice(start + 1, end).split(' ')
  const isQuestion = words.length >= 5 && CLASSES.has(words[1] ?? '') && words[2]?.endsWith('.') === true && PROTOCOLS.has(words[3] ?? '')
  return isQuestion ? { start, end, words } : null
}

/** A name has 255 bytes at most, each of which may be written with four characters; a quote in it has a backslash before it. */
function endOfQuestion(text: string, start: number): number {
  const last = Math.min(text.length, start + 1_200)
  for (let at = start + 1; at < last; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

type Transport = { readonly protocol: ObservedFlow['protocol']; readonly port: number }

const PROTOCOLS: ReadonlyMap<string, Transport> = new Map<string, Transport>([
  ['udp', { protocol: 'UDP', port: 53 }],
  ['tcp', { protocol: 'TCP', port: 53 }],
  ['tls', { protocol: 'TCP', port: 853 }],
  ['https', { protocol: 'TCP', port: 443 }],
  ['grpc', { protocol: 'TCP', port: 443 }],
  ['quic', { protocol: 'UDP', port: 853 }],
])

function decodeCoredns(payload: Payload, envelope: Envelope): DecodedLine {
  const question = payload.kind === 'text' ? questionAt(payload.text) : null
  if (payload.kind !== 'text' || question === null) return { kind: 'ignored', reason: 'not-a-flow' }
  const [type = '', , name = '', transport = ''] = question.words
  const { protocol, port } = PROTOCOLS.get(transport) ?? { protocol: 'UDP', port: 53 }
  const head = readHead(payload.text.slice(0, question.start))
  if (head === null) return { kind: 'rejected', reason: 'a DNS query without ADDRESS:PORT of its client' }
  const tail = payload.text
    .slice(question.end + 1)
    .trim()
    .split(' ')
  const [code] = tail
  const answered = statedOf(code)
  const time = head.time ?? envelope.time
  const flow = requestFlow({
    time: time ?? envelope.receivedAt,
    source: endAt(head.client.ip),
    destination: envelope.logger === null ? withServices(NOWHERE, DNS_SERVICES) : endOfLogger(envelope.logger, null),
    protocol,
    port,
    sourcePort: head.client.port,
    direction: 'ingress',
    verdict: 'unknown',
    l7: {
      protocol: 'dns',
      type: answered === null ? 'request' : 'response',
      method: type.slice(0, 16),
      path: nameOf(name),
      code: answered === null ? null : answered.slice(0, 16),
      latencyMs: durationOf(tail[3]),
    },
    bytes: sum(numberOf(question.words[4]), numberOf(tail[2])),
    node: envelope.node,
  })
  return { kind: 'flow', flow, isTimed: time !== null, unknownFields: 0 }
}

/** `[TIME] [INFO] CLIENT - [DATE] ID `: what stands before the question. */
function readHead(head: string) {
  const dash = head.indexOf(' - ')
  if (dash === -1) return null
  const before = head.slice(0, dash).split(' ')
  const client = readAddressPort(before.at(-1) ?? null)
  if (client === null) return null
  const bracket = head.indexOf('[', dash)
  const date = bracket === -1 ? null : readClfTime(head.slice(bracket + 1, head.indexOf(']', bracket)))
  return { client, time: date ?? timeOf(before[0]) }
}

/** In lower case and without the final dot, so that one name is written in one way. */
function nameOf(name: string): string {
  return name.slice(0, 254).toLowerCase().replace(/\.$/, '') || '.'
}

/** `0.000066649s`, `66.6µs`, `1.2ms` in milliseconds. */
function durationOf(text: string | undefined): number | null {
  if (text === undefined || !text.endsWith('s')) return null
  const unit = text.endsWith('ms') ? 2 : text.endsWith('µs') || text.endsWith('us') ? 2 : 1
  const value = decimalOf(text.slice(0, -unit))
  if (value === null) return null
  return unit === 1 ? value * 1_000 : text.endsWith('ms') ? value : value / 1_000
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}
