import type { DecodedLine } from '../../decoded-line'
import { type JsonObject, textOf } from '../../json-fields'
import type { Envelope, LineFormat, Payload } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, ignored, portOf, protocolOf, rejected } from '../observed-line'

/** The log of the AWS network policy agent: keys (up to 1.2.1), a sentence (from 1.2.2), or the form it has in CloudWatch. */
export const AWS_POLICY_LOG: LineFormat = {
  id: 'aws',
  title: 'AWS VPC CNI network policy agent',
  proof: 'recorded',
  recognises: (payload) => fieldsOf(payload) !== null,
  decode: (payload, envelope, memory) => {
    const fields = fieldsOf(payload)
    return fields === null ? ignored('not-a-flow') : decode(fields, envelope, memory)
  },
}

type Fields = ReadonlyMap<string, unknown>

/** Names of one thing in the three forms, in small letters. */
const NAMES = {
  source: ['src ip', 'sip'],
  sourcePort: ['src port', 'sport'],
  destination: ['dest ip', 'dip'],
  port: ['dest port', 'dport'],
  protocol: ['proto', 'protocol'],
  verdict: ['verdict', 'policyverdict'],
  direction: ['direction'],
  tier: ['tier'],
  node: ['node'],
} as const

function fieldsOf(payload: Payload): Fields | null {
  if (payload.kind === 'object') {
    const { msg } = payload.body
    if (typeof msg !== 'string' || !msg.startsWith('Flow Info:')) return null
    return 'Src IP' in payload.body ? fieldsOfKeys(payload.body) : fieldsOfSentence(msg)
  }
  const { text } = payload
  if (text.startsWith('Flow Info:')) return fieldsOfSentence(text)
  return text.startsWith('Node: ') && text.includes(';SIP:') ? fieldsOfPairs(text) : null
}

function fieldsOfKeys(body: JsonObject): Fields {
  return new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]))
}

/** `Src IP: A Src Port: n Dest IP: B … Proto TCP Verdict DENY Direction egress, Tier X`: a name of one or two words, then its value. */
function fieldsOfSentence(sentence: string): Fields {
  const words = sentence.slice('Flow Info:'.length, 1_024).split(' ').filter(isNotEmpty)
  const fields = new Map<string, unknown>()
  for (let at = 0; at + 1 < words.length; ) {
    const first = bare(words[at])
    const isPair = first === 'src' || first === 'dest'
    const name = isPair ? `${first} ${bare(words[at + 1])}` : first
    fields.set(name, trimmed(words[at + (isPair ? 2 : 1)] ?? ''))
    at += isPair ? 3 : 2
  }
  return fields
}

/** `Node: N;SIP: A;SPORT: n;…` */
function fieldsOfPairs(text: string): Fields {
  const fields = new Map<string, unknown>()
  for (const pair of text.slice(0, 1_024).split(';')) {
    const colon = pair.indexOf(':')
    if (colon !== -1) fields.set(pair.slice(0, colon).trim().toLowerCase(), pair.slice(colon + 1).trim())
  }
  return fields
}

function isNotEmpty(word: string): boolean {
  return word !== ''
}

function bare(word: string | undefined): string {
  return trimmed(word ?? '').toLowerCase()
}

/** Without the comma or colon behind it. */
function trimmed(word: string): string {
  return word.endsWith(',') || word.endsWith(':') ? word.slice(0, -1) : word
}

const NO_DECISIONS: ReadonlySet<string> = new Set(['EXPIRED', 'DELETED', 'EXPIRED/DELETED'])

function decode(fields: Fields, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const field = (name: keyof typeof NAMES): unknown => {
    for (const key of NAMES[name]) if (fields.has(key)) return fields.get(key)
    return undefined
  }
  const word = field('verdict')
  // The agent also logs that an entry of its table has aged: no decision.
  if (typeof word === 'string' && NO_DECISIONS.has(word)) return ignored('no-decision')
  const verdict = word === 'ACCEPT' ? 'forwarded' : word === 'DENY' ? 'dropped' : null
  if (verdict === null) return rejected(`Verdict: ${textOf(word, 32) ?? 'missing'} is not known`)
  const source = addressEnd(field('source'), memory)
  if (source === null) return rejected('Src IP: no address')
  const destination = addressEnd(field('destination'), memory)
  if (destination === null) return rejected('Dest IP: no address')
  const direction = field('direction')
  return flowLine(
    {
      source,
      destination,
      protocol: protocolOf(field('protocol')),
      port: portOf(field('port')),
      sourcePort: portOf(field('sourcePort')),
      verdict,
      reason: verdict === 'dropped' ? 'policy/denied' : null,
      rawReason: textOf(field('tier'), 64),
      direction: direction === 'ingress' || direction === 'egress' ? direction : null,
      event: 'policy-verdict',
      node: textOf(field('node')) ?? envelope.node,
    },
    null,
    envelope,
  )
}
