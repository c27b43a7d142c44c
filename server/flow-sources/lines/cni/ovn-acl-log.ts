import type { ObservedFlow, Verdict } from '@/lib/flows/flow'
import type { FlowProtocol } from '@/lib/model/protocol'
import type { DecodedLine } from '../../decoded-line'
import { countOf, textOf } from '../../json-fields'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, ignored, portOf, rejected } from '../observed-line'
import { readTime } from '../time-text'
import { readAclName } from './ovn-acl-name'

/** The ACL audit log of OVN-Kubernetes and kube-ovn, between the other lines of ovn-controller's log. */
export const OVN_ACL_LOG: LineFormat = {
  id: 'ovn',
  title: 'OVN ACL audit log',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'text' && headOf(payload.text) !== null,
  decode: (payload, envelope, memory) => (payload.kind === 'text' ? decode(payload.text, envelope, memory) : ignored('not-a-flow')),
}

/** The head of every line that a program of Open vSwitch logs. */
type VlogHead = { readonly time: string; readonly number: number; readonly module: string; readonly body: string }

/** Reads `TIME|NUMBER|MODULE|LEVEL|BODY`; null for a line of anything else. */
function headOf(text: string): VlogHead | null {
  if (text[10] !== 'T') return null
  const ends: number[] = []
  for (let at = text.indexOf('|'); at !== -1 && ends.length < 4; at = text.indexOf('|', at + 1)) ends.push(at)
  const [time, number, module, level] = ends
  if (time === undefined || number === undefined || module === undefined || level === undefined || level > 160) return null
  const count = countOf(text.slice(time + 1, number))
  if (count === null) return null
  return { time: text.slice(0, time), number: count, module: text.slice(number + 1, module), body: text.slice(level + 1) }
}

/** A larger step is a program that started anew, not lost lines. */
const MAX_GAP = 100_000

/**
 * Lines missing before this one, by the program's running number, which goes on over the lines of its other modules too. Only
 * where one program's lines come in order: in a file, or with the machine named.
 */
function missingBefore(number: number, { node, logger }: Envelope, memory: LineMemory | null): number {
  if (memory === null || (node === null && logger === null && !memory.isOneStream)) return 0
  const before = memory.exchange(`ovn ${node ?? ''} ${logger === null ? '' : `${logger.namespace}/${logger.pod}`}`, number)
  const gap = before === null ? 0 : number - before - 1
  return gap > 0 && gap <= MAX_GAP ? gap : 0
}

const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['allow', 'forwarded'],
  ['allow-related', 'forwarded'],
  ['allow-stateless', 'forwarded'],
  ['drop', 'dropped'],
  ['reject', 'dropped'],
])

/** Open vSwitch's words for what a packet is; a transport over IPv6 has its own. */
const PROTOCOLS: ReadonlyMap<string, FlowProtocol> = new Map([
  ['tcp', 'TCP'],
  ['tcp6', 'TCP'],
  ['udp', 'UDP'],
  ['udp6', 'UDP'],
  ['sctp', 'SCTP'],
  ['sctp6', 'SCTP'],
  ['icmp', 'ICMP'],
  ['icmp6', 'ICMPv6'],
  ['ip', 'OTHER'],
  ['ipv6', 'OTHER'],
])

/** `TIME|NUMBER|MODULE|LEVEL|name="…", verdict=…, severity=…, direction=…: PROTOCOL,key=value,…`; old releases write no space behind the colon. */
function decode(text: string, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const line = headOf(text)
  if (line === null) return ignored('not-a-flow')
  const lostBefore = missingBefore(line.number, envelope, memory)
  const decoded = line.module.startsWith('acl_log') ? decodeAcl(line, envelope, memory) : ignored('not-a-flow')
  return lostBefore === 0 ? decoded : { ...decoded, lostBefore }
}

function decodeAcl({ time, body }: VlogHead, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const name = quotedName(body)
  const colon = body.indexOf(':', name.end)
  if (colon === -1) return rejected('the packet is missing')
  const head = pairsOf(body.slice(name.end, colon), ',')
  const decision = head.get('verdict')
  if (decision === undefined) return rejected('verdict: missing')
  const [word = '', ...fields] = body
    .slice(colon + 1)
    .trimStart()
    .split(',')
  const protocol = PROTOCOLS.get(word)
  // Neighbour discovery and frames that are no IP are no flows between ends.
  if (protocol === undefined) return ignored('not-ip')
  const packet = pairsOf(fields.join(','), ',')
  const source = addressEnd(packet.get('nw_src') ?? packet.get('ipv6_src'), memory)
  const destination = addressEnd(packet.get('nw_dst') ?? packet.get('ipv6_dst'), memory)
  if (source === null || destination === null) return rejected('the addresses are missing')

  const acl = readAclName(name.text)
  // `pass` hands over to the next tier, and a word of a later version is none that we may guess at.
  const verdict = VERDICTS.get(decision) ?? 'unknown'
  const denied = acl.isDefault ? 'policy/default-deny' : acl.policies.length > 0 ? 'policy/rule-deny' : 'policy/denied'
  const phase = phaseOf(packet.get('tcp_flags'))
  const isTurned = phase === 'reply'
  const ports = [portOf(packet.get('tp_src')), portOf(packet.get('tp_dst'))] as const
  return flowLine(
    {
      source: isTurned ? destination : source,
      destination: isTurned ? source : destination,
      protocol,
      port: isTurned ? ports[0] : ports[1],
      sourcePort: isTurned ? ports[1] : ports[0],
      verdict,
      reason: verdict === 'dropped' ? denied : null,
      rawReason: textOf(name.text) ?? (verdict === 'unknown' ? textOf(decision, 64) : null),
      policies: acl.policies,
      direction: directionOf(head.get('direction')),
      event: 'policy-verdict',
      phase,
    },
    readTime(time),
    envelope,
  )
}

/** The name between quotes, where `, ` and `: ` may stand, and the place behind it. */
function quotedName(body: string): { readonly text: string; readonly end: number } {
  const start = body.indexOf('name="')
  const end = start === -1 ? -1 : body.indexOf('"', start + 6)
  return end === -1 ? { text: '', end: 0 } : { text: body.slice(start + 6, end), end: end + 1 }
}

function pairsOf(text: string, separator: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const part of text.split(separator)) {
    const equals = part.indexOf('=')
    if (equals !== -1) pairs.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim())
  }
  return pairs
}

/** From the pod's port into the network is its egress. */
function directionOf(text: string | undefined): ObservedFlow['direction'] {
  if (text === 'to-lport') return 'ingress'
  return text === 'from-lport' ? 'egress' : null
}

function phaseOf(flags: string | undefined): ObservedFlow['phase'] {
  if (flags === undefined) return 'start'
  const names = flags.split('|')
  if (!names.includes('syn')) return 'later'
  return names.includes('ack') ? 'reply' : 'start'
}
