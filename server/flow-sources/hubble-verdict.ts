import type { Verdict } from '@/lib/flows/flow'
import { dropReason } from './hubble-drop-reasons'
import { countOf, type JsonObject, objectOf, textOf } from './json-fields'

/** What the dataplane did, with our reason code and Cilium's own word for it. */
export type HubbleVerdict = { readonly verdict: Verdict; readonly reason: string | null; readonly rawReason: string | null }

/** Names and numbers of `flow.proto`'s Verdict: an exporter that does not know a value prints its number. */
const VERDICTS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [1, 'FORWARDED'],
  [2, 'DROPPED'],
  [3, 'ERROR'],
  [4, 'AUDIT'],
  [5, 'REDIRECTED'],
  [6, 'TRACED'],
  [7, 'TRANSLATED'],
])

export const EVENT_DROP = 1
export const EVENT_TRACE = 4
export const EVENT_POLICY_VERDICT = 5
export const EVENT_SOCKET = 7
export const EVENT_L7 = 129

/** Number of the event type; null when a field mask left it out. */
export function eventType(flow: JsonObject): number | null {
  return countOf(objectOf(flow.event_type)?.type)
}

/**
 * Reads the verdict. REDIRECTED (to the L7 proxy), TRACED and TRANSLATED passed. A drop is `dropped` only when its
 * reason is a refusal; a drop without any reason is a refusal when a policy decided it (a policy-verdict event, a
 * denying policy, an L7 denial) and otherwise an `error` that we cannot explain.
 */
export function readVerdict(flow: JsonObject): HubbleVerdict {
  const raw = flow.verdict
  const name = typeof raw === 'string' ? raw : VERDICTS.get(raw)
  switch (name) {
    case 'FORWARDED':
    case 'REDIRECTED':
    case 'TRACED':
    case 'TRANSLATED':
      return { verdict: 'forwarded', reason: null, rawReason: name === 'FORWARDED' ? null : name }
    case 'AUDIT':
      return { verdict: 'audit', reason: 'policy/audit', rawReason: name }
    case 'ERROR':
      return { verdict: 'error', reason: 'l7/error', rawReason: name }
    case 'DROPPED':
      return readDrop(flow)
    default:
      return { verdict: 'unknown', reason: null, rawReason: textOf(raw, 80) ?? (typeof raw === 'number' ? `verdict ${raw}` : null) }
  }
}

function readDrop(flow: JsonObject): HubbleVerdict {
  const stated = statedReason(flow)
  if (stated !== null) {
    const reason = dropReason(stated)
    return { verdict: reason.isRefusal ? 'dropped' : 'error', reason: reason.code, rawReason: reason.name }
  }
  if (hasItems(flow.egress_denied_by) || hasItems(flow.ingress_denied_by)) {
    return { verdict: 'dropped', reason: 'policy/rule-deny', rawReason: null }
  }
  if (flow.Type === 'L7' || flow.Type === 2 || eventType(flow) === EVENT_L7)
    return { verdict: 'dropped', reason: 'l7/denied', rawReason: null }
  if (eventType(flow) === EVENT_POLICY_VERDICT) return { verdict: 'dropped', reason: 'policy/denied', rawReason: null }
  return { verdict: 'error', reason: 'other/unstated', rawReason: null }
}

/** The reason in its new field, its old field, or as the drop event's sub type. */
function statedReason(flow: JsonObject): number | string | null {
  const described = flow.drop_reason_desc
  if (typeof described === 'string' && described !== '' && described !== 'DROP_REASON_UNKNOWN') return described
  const event = objectOf(flow.event_type)
  for (const value of [described, flow.drop_reason, event?.type === EVENT_DROP ? event.sub_type : null]) {
    const number = countOf(value)
    if (number !== null && number > 0) return number
  }
  return null
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}
