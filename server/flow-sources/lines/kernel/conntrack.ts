import type { DecodedLine } from '../../decoded-line'
import { countOf } from '../../json-fields'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { ignored, portOf, protocolOf, rejected } from '../observed-line'
import { readTime } from '../time-text'
import { connectionLine } from './connection-line'
import { isConntrackXml, readConntrackXml } from './conntrack-xml'

/** `conntrack -E`, as text with any of its options or as XML, and listings of `conntrack -L`. */
export const CONNTRACK: LineFormat = {
  id: 'conntrack',
  title: 'conntrack -E',
  proof: 'real-server',
  recognises: (payload) => payload.kind === 'text' && (isConntrackXml(payload.text) || isConntrackText(payload.text)),
  decode: (payload, envelope, memory) => (payload.kind === 'text' ? decode(payload.text, envelope, memory) : ignored('not-a-flow')),
}

type Kind = 'new' | 'update' | 'destroy'

const EVENTS: ReadonlyMap<string, Kind> = new Map([
  ['[NEW]', 'new'],
  ['[UPDATE]', 'update'],
  ['[DESTROY]', 'destroy'],
])

const MAX_WORDS = 64

function isConntrackText(text: string): boolean {
  const first = text.indexOf(' src=')
  if (first === -1 || first > 160 || text.indexOf(' dst=', first) === -1 || text.indexOf(' src=', first + 1) === -1) return false
  // Other programs write such pairs as well: the event or the transport's name and number come before conntrack's.
  const words = wordsOf(text.slice(0, first))
  return words.some((word, index) => EVENTS.has(word) || (TRANSPORTS.has(word) && countOf(words[index + 1]) !== null))
}

/** As conntrack names them; all others are `unknown`. */
const TRANSPORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'udplite', 'icmp', 'icmpv6', 'sctp', 'dccp', 'gre', 'unknown'])

function decode(text: string, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  if (isConntrackXml(text)) {
    const event = readConntrackXml(text)
    return typeof event === 'string' ? rejected(event) : connectionLine(event, envelope, memory)
  }
  return isConntrackText(text) ? decodeText(text, envelope, memory) : ignored('not-a-flow')
}

/** One direction of a connection: `src= dst= sport= dport= packets= bytes=`. */
type Tuple = Map<string, string>

/**
 * `[TIME] [EVENT] ipv4 2 tcp 6 120 STATE src= dst= sport= dport= [packets= bytes=] [UNREPLIED] src= dst= … id=`: the first tuple is
 * the connection as the caller sent it, the second what an answer looks like.
 */
function decodeText(text: string, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const words = wordsOf(text)
  let time: number | null = null
  let event: Kind = 'update'
  let isAnswered: boolean | null = true
  let protocol: string | null = null
  const tuples: Tuple[] = []
  for (const [index, word] of words.entries()) {
    if (word.startsWith('[')) {
      event = EVENTS.get(word) ?? event
      if (word === '[UNREPLIED]') isAnswered = false
      else if (index === 0 && !EVENTS.has(word)) time = readTime(word.slice(1, -1))
      continue
    }
    const equals = word.indexOf('=')
    if (equals === -1) {
      // Names of the layers come before the first tuple, each with its number behind it: the last one is the transport's.
      if (tuples.length === 0 && countOf(word) === null && countOf(words[index + 1]) !== null) protocol = word
      continue
    }
    const key = word.slice(0, equals)
    if (key === 'src') tuples.push(new Map())
    tuples.at(-1)?.set(key, word.slice(equals + 1))
  }
  const [original, reply] = tuples
  if (original === undefined || reply === undefined) return rejected('the addresses are missing')
  return connectionLine(
    {
      event,
      id: countOf(reply.get('id')),
      source: original.get('src'),
      destination: original.get('dst'),
      replySource: reply.get('src'),
      protocol: protocolOf(protocol),
      sourcePort: portOf(original.get('sport')),
      port: portOf(original.get('dport')),
      replyPort: portOf(reply.get('sport')),
      packets: countOf(original.get('packets')),
      bytes: countOf(original.get('bytes')),
      replyPackets: countOf(reply.get('packets')),
      replyBytes: countOf(reply.get('bytes')),
      isAnswered,
      time,
      began: beganAt(time, reply.get('delta-time')),
    },
    envelope,
    memory,
  )
}

/** The end of a connection says how many seconds it lasted, where the kernel notes times. */
function beganAt(time: number | null, lastedSeconds: string | undefined): number | null {
  const lasted = countOf(lastedSeconds)
  return time === null || lasted === null ? null : time - lasted * 1_000
}

function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll('\t', ' ')
    .split(' ', MAX_WORDS * 4)
    .filter(isNotEmpty)
    .slice(0, MAX_WORDS)
}

function isNotEmpty(word: string): boolean {
  return word !== ''
}
