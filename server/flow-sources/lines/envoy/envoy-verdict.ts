import type { FlowPolicy, Verdict } from '@/lib/flows/flow'
import { policyRef } from '@/lib/model/names'
import { type EnvoyRecord, isTcp } from './envoy-record'
import { FLAG_REASONS } from './response-flags'

export type EnvoyVerdict = {
  readonly verdict: Verdict
  readonly reason: string | null
  readonly rawReason: string | null
  readonly policies: readonly FlowPolicy[]
}

/** Longest text of the proxy's that is kept. */
const MAX_REASON = 200

/**
 * What the proxy did with the request. Only what says so is a refusal: an authorization policy, an external authorization
 * server, a missing or wrong token, a destination outside the registry. A backend's own 403 was let through; a failure on
 * the way is an error; a status that the proxy made up itself without saying why is unknown.
 */
export function readEnvoyVerdict(record: EnvoyRecord, isBlackHole: boolean): EnvoyVerdict {
  const details = record.details ?? ''
  const rbac = rbacMatch(details) ?? rbacMatch(record.terminationDetails ?? '')
  if (rbac !== null) return readRbac(rbac)
  if (details.startsWith('ext_authz_error')) return failed('l7/ext-authz-error', details)
  if (record.flags.includes('UAEX') || details.startsWith('ext_authz_denied')) return refused('l7/ext-authz', record.details ?? 'UAEX')
  if (details.startsWith('jwt_authn_access_denied')) return refused('l7/jwt', details)
  if (isBlackHole) return refused('istio/registry-only', 'BlackHoleCluster')
  if (record.routeName === 'block_all' && details === 'direct_response') return refused('istio/registry-only', 'block_all')

  if (record.upstreamHost !== null && record.flags.length > 0 && record.flags.every((flag) => LEFT.has(flag))) {
    return { ...FORWARDED, rawReason: raw(record.flags.join(',')) }
  }
  for (const flag of record.flags) {
    const reason = FLAG_REASONS.get(flag)
    if (reason !== undefined) return failed(reason, record.flags.join(','))
  }
  if (details.includes('rate_limited')) return failed('l7/rate-limited', details)
  if (record.upstreamHost !== null || details === 'via_upstream') return FORWARDED
  if (isTcp(record) || record.code === 0) return UNKNOWN
  if (record.code < 400) return FORWARDED
  return record.code >= 500 ? failed('l7/proxy-answer', record.details) : { ...UNKNOWN, rawReason: raw(record.details) }
}

const FORWARDED: EnvoyVerdict = { verdict: 'forwarded', reason: null, rawReason: null, policies: [] }
const UNKNOWN: EnvoyVerdict = { verdict: 'unknown', reason: null, rawReason: null, policies: [] }

/** The client went away: the connection had been let through. */
const LEFT: ReadonlySet<string> = new Set(['DC', 'DR'])

const RBAC = 'rbac_access_denied_matched_policy['

/** What stands between the brackets behind the mark of a refusal by an authorization policy. */
function rbacMatch(text: string): string | null {
  const start = text.indexOf(RBAC)
  if (start === -1) return null
  const inside = text.slice(start + RBAC.length)
  return inside.endsWith(']') ? inside.slice(0, -1) : inside
}

/** `ns[NS]-policy[NAME]-rule[N]`: that policy refused. `none`: policies allow, and none of them this. */
function readRbac(match: string): EnvoyVerdict {
  if (match === 'none') return refused('l7/rbac-no-match', `${RBAC}none]`)
  const named = refused('l7/rbac', `${RBAC}${match}]`)
  const namespace = bracketed(match, 'ns[')
  const name = bracketed(match, '-policy[')
  const rule = bracketed(match, '-rule[')
  if (namespace === null || name === null) return named
  const policy = policyRef('AuthorizationPolicy', namespace, name)
  return { ...named, policies: [{ policy, rule: rule === null ? null : `rules[${rule}]`, confidence: 'stated' }] }
}

function bracketed(text: string, mark: string): string | null {
  const start = text.indexOf(mark)
  if (start === -1) return null
  const end = text.indexOf(']', start)
  const value = text.slice(start + mark.length, end === -1 ? 0 : end)
  return value === '' || value.length > 253 ? null : value
}

function refused(reason: string, words: string): EnvoyVerdict {
  return { verdict: 'dropped', reason, rawReason: raw(words), policies: [] }
}

function failed(reason: string, words: string | null): EnvoyVerdict {
  return { verdict: 'error', reason, rawReason: raw(words), policies: [] }
}

function raw(words: string | null): string | null {
  return words === null || words === '' ? null : words.slice(0, MAX_REASON)
}
