import { dropReason } from './drop-reasons'
import { EVENT_L7, EVENT_POLICY_VERDICT, type HubbleRecord, type HubbleVerdict, TYPE_L7 } from './hubble-record'
import { retinaDrop } from './retina'

const FORWARDED: HubbleVerdict = { verdict: 'forwarded', reason: null, rawReason: null }
const REDIRECTED: HubbleVerdict = { verdict: 'forwarded', reason: null, rawReason: 'REDIRECTED' }
const TRACED: HubbleVerdict = { verdict: 'forwarded', reason: null, rawReason: 'TRACED' }
const TRANSLATED: HubbleVerdict = { verdict: 'forwarded', reason: null, rawReason: 'TRANSLATED' }
const AUDIT: HubbleVerdict = { verdict: 'audit', reason: 'policy/audit', rawReason: 'AUDIT' }
const ERROR: HubbleVerdict = { verdict: 'error', reason: 'l7/error', rawReason: 'ERROR' }
const NONE: HubbleVerdict = { verdict: 'unknown', reason: null, rawReason: null }

const RULE_DENY: HubbleVerdict = { verdict: 'dropped', reason: 'policy/rule-deny', rawReason: null }
const L7_DENIED: HubbleVerdict = { verdict: 'dropped', reason: 'l7/denied', rawReason: null }
const POLICY_DENIED: HubbleVerdict = { verdict: 'dropped', reason: 'policy/denied', rawReason: null }
const UNSTATED: HubbleVerdict = { verdict: 'error', reason: 'other/unstated', rawReason: null }

/**
 * Reads the verdict. REDIRECTED (to the L7 proxy), TRACED and TRANSLATED passed. A drop is `dropped` only when its
 * reason is a refusal; a drop without any reason is a refusal when a policy decided it (a policy-verdict event, a
 * denying policy, an L7 denial) and otherwise an `error` that we cannot explain.
 */
export function readVerdict(record: HubbleRecord): HubbleVerdict {
  switch (record.verdict) {
    case 1:
      return FORWARDED
    case 2:
      return readDrop(record)
    case 3:
      return ERROR
    case 4:
      return AUDIT
    case 5:
      return REDIRECTED
    case 6:
      return TRACED
    case 7:
      return TRANSLATED
  }
  return record.unknownVerdict === null ? NONE : { ...NONE, rawReason: record.unknownVerdict }
}

function readDrop(record: HubbleRecord): HubbleVerdict {
  if (record.retina !== null) return retinaDrop(record.retina, record.dropReason)
  if (record.dropReason !== null) {
    const reason = dropReason(record.dropReason)
    return { verdict: reason.isRefusal ? 'dropped' : 'error', reason: reason.code, rawReason: reason.name }
  }
  if (record.hasDenyingPolicy) return RULE_DENY
  if (record.flowType === TYPE_L7 || record.eventType === EVENT_L7) return L7_DENIED
  return record.eventType === EVENT_POLICY_VERDICT ? POLICY_DENIED : UNSTATED
}
