import type { FlowPolicy } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import type { DecodedLine } from '../../decoded-line'
import { countOf, textOf } from '../../json-fields'
import { readPairs } from '../key-value-text'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, ignored, NO_POLICIES, portOf, protocolOf, rejected, statedPolicy } from '../observed-line'

/** What Felix tells syslog of connections of machines outside of the cluster: `action="deny" dstIP="…" … updateType=report`. */
export const FELIX_SYSLOG: LineFormat = {
  id: 'felix-syslog',
  title: 'Felix flow lines in syslog',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'text' && isFelix(payload.text),
  decode: (payload, envelope, memory) =>
    payload.kind === 'text' && isFelix(payload.text) ? decode(payload.text, envelope, memory) : ignored('not-a-flow'),
}

const START = 'action='

function isFelix(text: string): boolean {
  return text.includes(START) && text.includes(' dstIP=') && text.includes(' updateType=')
}

/** The counters of a connection only grow; what a line adds is the difference to the line before. */
function decode(text: string, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const pairs = readPairs(text.slice(text.indexOf(START)))
  const source = addressEnd(pairs.get('srcIP'), memory)
  if (source === null) return rejected('srcIP: no address')
  const destination = addressEnd(pairs.get('dstIP'), memory)
  if (destination === null) return rejected('dstIP: no address')
  const action = pairs.get('action')
  const verdict = action === 'allow' ? 'forwarded' : action === 'deny' ? 'dropped' : null
  if (verdict === null) return rejected(`action: ${textOf(action, 32) ?? 'missing'} is neither allow nor deny`)
  const port = portOf(pairs.get('dstPort'))
  const sourcePort = portOf(pairs.get('srcPort'))
  const protocol = protocolOf(pairs.get('proto'))
  const direction = pairs.get('ruleDir')
  const rule = pairs.get('rule')
  const key = `felix ${envelope.node} ${protocol} ${source.ip} ${sourcePort} ${destination.ip} ${port} ${direction}`
  const bytes = growth(key, 'bytes', sum(pairs.get('inBytes'), pairs.get('outBytes')), memory)
  const packets = growth(key, 'packets', sum(pairs.get('inPackets'), pairs.get('outPackets')), memory)
  return flowLine(
    {
      source,
      destination,
      protocol,
      port,
      sourcePort,
      verdict,
      reason:
        verdict === 'forwarded' ? null : rule === '-1' ? 'policy/default-deny' : rule === undefined ? 'policy/denied' : 'policy/rule-deny',
      direction: direction === 'ingress' || direction === 'egress' ? direction : null,
      policies: policiesOf(pairs.get('tier'), pairs.get('policy')),
      bytes: bytes.added,
      packets: packets.added,
      event: 'flow',
      phase: bytes.isKnown ? 'later' : 'start',
    },
    null,
    envelope,
  )
}

type Growth = { readonly added: number | null; readonly isKnown: boolean }

function growth(key: string, name: string, value: number | null, memory: LineMemory | null): Growth {
  const before = value === null || memory === null ? null : memory.exchange(`${key} ${name}`, value)
  if (value === null || before === null) return { added: value, isKnown: false }
  // A counter that fell is that of a new connection on the same ports.
  return value >= before ? { added: value - before, isKnown: true } : { added: value, isKnown: false }
}

function sum(a: string | undefined, b: string | undefined): number | null {
  const [first, second] = [countOf(a), countOf(b)]
  return first === null && second === null ? null : (first ?? 0) + (second ?? 0)
}

/** Calico's names have their tier in front, except in the default tier. */
function policiesOf(tier: string | undefined, policy: string | undefined): readonly FlowPolicy[] {
  const name = textOf(policy)
  if (name === null || tier === undefined || tier.startsWith('__') || tier === 'profile') return NO_POLICIES
  const slash = name.indexOf('/')
  const namespace = slash === -1 ? null : name.slice(0, slash)
  const bare = name.slice(slash + 1)
  const whole = tier === '' || tier === 'default' || bare.startsWith(`${tier}.`) ? bare : `${tier}.${bare}`
  return statedPolicy(policyRef(namespace === null ? 'GlobalNetworkPolicy' : 'NetworkPolicy', namespace, whole))
}
