import type { ObservedEndpoint, Verdict } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import type { DecodedLine } from '../../decoded-line'
import { countOf } from '../../json-fields'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, ignored, NO_POLICIES, portOf, protocolOf, rejected, statedPolicy } from '../observed-line'
import { readLocalTime } from '../time-text'

/** Antrea's np.log, of all versions. */
export const ANTREA_POLICY_LOG: LineFormat = {
  id: 'antrea',
  title: 'Antrea network policy log',
  proof: 'recorded',
  recognises: (payload) => payload.kind === 'text' && isTable(tableOf(payload.text)),
  decode: (payload, envelope, memory) => (payload.kind === 'text' ? decode(payload.text, envelope, memory) : ignored('not-a-flow')),
}

const ACTIONS: ReadonlyMap<string, Verdict> = new Map([
  ['Allow', 'forwarded'],
  ['Redirect', 'forwarded'],
  ['Drop', 'dropped'],
  ['Reject', 'dropped'],
  // Hands over to the policies below, which are logged on their own.
  ['Pass', 'unknown'],
])

/** The third column: `2026/05/04 10:00:00.1 IngressRule …`. */
function tableOf(text: string): string {
  if (text[4] !== '/' || text[10] !== ' ') return ''
  const start = text.indexOf(' ', 11) + 1
  const end = text.indexOf(' ', start)
  return start === 0 || end === -1 || end - start > 64 ? '' : text.slice(start, end)
}

function isTable(word: string): boolean {
  return word.endsWith('Rule') && (word.includes('Ingress') || word.includes('Egress'))
}

/** `[2 packets in 1.0s]` stands for repeats of one line. */
type Repeats = { readonly rest: string; readonly packets: number }

function takeRepeats(text: string): Repeats {
  const open = text.endsWith(']') ? text.lastIndexOf(' [') : -1
  const packets = open === -1 ? null : countOf(text.slice(open + 2).split(' ')[0])
  return packets === null || packets < 1 ? { rest: text, packets: 1 } : { rest: text.slice(0, open), packets }
}

/** Columns of one line, named. */
type Columns = {
  readonly policy: string
  readonly direction: string | undefined
  readonly action: string
  readonly source: string | undefined
  readonly sourcePort: string | undefined
  readonly destination: string | undefined
  readonly port: string | undefined
  readonly protocol: string | undefined
  readonly length: string | undefined
}

/**
 * Versions tell apart by where the action stands: after rule name and direction since 1.12, right after the policy before.
 * `DATE TIME TABLE POLICY RULE DIRECTION ACTION OF-PRIORITY APPLIED-TO SIP SPORT DIP DPORT PROTOCOL LENGTH LABEL`, or
 * `DATE TIME TABLE POLICY ACTION OF-PRIORITY SIP SPORT DIP DPORT PROTOCOL LENGTH` (older ones without the ports). The oldest, up
 * to 1.5, name the addresses: `… OF-PRIORITY SRC: SIP DEST: DIP LENGTH PROTOCOL`.
 */
function columnsOf(words: readonly string[]): Columns | null {
  const [, , , policy] = words
  if (policy === undefined) return null
  const newer = words[6]
  if (newer !== undefined && ACTIONS.has(newer)) {
    const [source, sourcePort, destination, port, protocol, length] = words.slice(9)
    return { policy, direction: words[5], action: newer, source, sourcePort, destination, port, protocol, length }
  }
  const older = words[4]
  if (older === undefined || !ACTIONS.has(older)) return null
  const rest = words.slice(6)
  if (rest[0] === 'SRC:' && rest[2] === 'DEST:') {
    const [, source, , destination, length, protocol] = rest
    return { policy, direction: undefined, action: older, source, sourcePort: undefined, destination, port: undefined, protocol, length }
  }
  if (rest.length <= 4) {
    const [source, destination, protocol, length] = rest
    return { policy, direction: undefined, action: older, source, sourcePort: undefined, destination, port: undefined, protocol, length }
  }
  const [source, sourcePort, destination, port, protocol, length] = rest
  return { policy, direction: undefined, action: older, source, sourcePort, destination, port, protocol, length }
}

function decode(text: string, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  if (!isTable(tableOf(text))) return ignored('not-a-flow')
  const { rest, packets } = takeRepeats(text)
  const words = rest.split(' ', 32)
  const columns = columnsOf(words)
  if (columns === null) return rejected('the action is missing')
  const time = readLocalTime(`${words[0]} ${words[1]}`, memory?.zone ?? null)
  if (time === null) return rejected(`${words[0]} ${words[1]} is no time`)
  const source: ObservedEndpoint | null = addressEnd(columns.source, memory)
  const destination: ObservedEndpoint | null = addressEnd(columns.destination, memory)
  if (source === null || destination === null) return rejected('the addresses are missing')

  const table = words[2] ?? ''
  const verdict = ACTIONS.get(columns.action) ?? 'unknown'
  const policies = policiesOf(columns.policy)
  // What is passed on is logged once more by the policy that decides.
  const isCounted = columns.action !== 'Pass'
  const length = countOf(columns.length)
  return flowLine(
    {
      source,
      destination,
      protocol: protocolOf(columns.protocol),
      port: portOf(columns.port),
      sourcePort: portOf(columns.sourcePort),
      verdict,
      reason: verdict !== 'dropped' ? null : policies.length === 0 ? 'policy/default-deny' : 'policy/rule-deny',
      rawReason: columns.action === 'Reject' || columns.action === 'Redirect' ? columns.action : null,
      policies,
      direction: table.includes('Egress') || columns.direction === 'Egress' ? 'egress' : 'ingress',
      bytes: length === null || !isCounted ? null : length * packets,
      packets: isCounted ? packets : null,
      event: 'policy-verdict',
    },
    time,
    envelope,
  )
}

/** `K8sNetworkPolicy:ns/name`, `AntreaClusterNetworkPolicy:name`; `K8sNetworkPolicy` alone is the default of all of them. */
function policiesOf(text: string) {
  const colon = text.indexOf(':')
  const rest = text.slice(colon + 1)
  if (colon === -1 || rest === '' || rest === '<nil>') return NO_POLICIES
  const kind = KINDS.get(text.slice(0, colon)) ?? text.slice(0, colon)
  const slash = rest.indexOf('/')
  return statedPolicy(policyRef(kind, slash === -1 ? null : rest.slice(0, slash), rest.slice(slash + 1)))
}

/** Antrea's words for kinds of the cluster. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['K8sNetworkPolicy', 'NetworkPolicy'],
  ['AntreaNetworkPolicy', 'NetworkPolicy'],
  ['AntreaClusterNetworkPolicy', 'ClusterNetworkPolicy'],
])
