import type { FlowPolicy, Verdict } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import { objectOf, textOf } from '../../json-fields'
import { NO_POLICIES } from '../observed-line'

export type EventOutcome = {
  readonly verdict: Verdict
  readonly reason: string | null
  readonly rawReason: string | null
  readonly policies: readonly FlowPolicy[]
  readonly direction: 'ingress' | 'egress' | null
}

const ACTIONS: ReadonlyMap<string, 'forwarded' | 'dropped'> = new Map([
  ['allow', 'forwarded'],
  ['allow-related', 'forwarded'],
  ['allow-stateless', 'forwarded'],
  ['drop', 'dropped'],
  ['reject', 'dropped'],
])

/** Kinds that are objects of the cluster. Others are what OVN-Kubernetes adds itself, such as `NetpolNode`. */
const KINDS: ReadonlySet<string> = new Set(['NetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'EgressFirewall'])
const MAX_EVENTS = 16

/**
 * What OVN's events beside a NetObserv record say: which policies let it through or refused it. Null without such an event. One
 * refusal among them decides. Events in words (of older agents) say the action and no policy.
 */
export function readNetworkEvents(value: unknown): EventOutcome | null {
  if (!Array.isArray(value)) return null
  const events = value
    .slice(0, MAX_EVENTS)
    .map((entry) => (typeof entry === 'string' ? eventOfWords(entry) : eventOfObject(entry)))
    .filter((event) => event !== null)
  const refusals = events.filter(({ verdict }) => verdict === 'dropped')
  const deciding = refusals.length > 0 ? refusals : events
  const [first] = deciding
  return first === undefined ? null : { ...first, policies: deciding.flatMap(({ policies }) => policies) }
}

function eventOfObject(entry: unknown): EventOutcome | null {
  const event = objectOf(entry)
  if (event === null || (event.Feature !== undefined && event.Feature !== 'acl')) return null
  const verdict = typeof event.Action === 'string' ? ACTIONS.get(event.Action) : undefined
  if (verdict === undefined) return null
  const kind = textOf(event.Type, 64)
  const name = textOf(event.Name)
  const isPolicy = kind !== null && name !== null && KINDS.has(kind)
  const namespace = textOf(event.Namespace)
  return {
    ...outcomeOf(verdict, isPolicy ? null : kind, isPolicy),
    policies: isPolicy ? [{ policy: policyRef(kind, namespace, name), rule: null, confidence: 'stated' }] : NO_POLICIES,
    direction: event.Direction === 'Ingress' ? 'ingress' : event.Direction === 'Egress' ? 'egress' : null,
  }
}

function eventOfWords(words: string): EventOutcome | null {
  const verdict = words.startsWith('Allowed by ') ? 'forwarded' : words.startsWith('Dropped by ') ? 'dropped' : null
  if (verdict === null) return null
  const direction = words.endsWith('direction Ingress') ? 'ingress' : words.endsWith('direction Egress') ? 'egress' : null
  return { ...outcomeOf(verdict, textOf(words, 128), false), policies: NO_POLICIES, direction }
}

function outcomeOf(verdict: 'forwarded' | 'dropped', rawReason: string | null, isPolicy: boolean) {
  return { verdict, rawReason, reason: verdict === 'forwarded' ? null : isPolicy ? 'policy/rule-deny' : 'policy/denied' }
}
