import { isExpired, isTooNew } from './api-status'
import { type Failure, failureWords } from './failure'

/** What is known of a feed when its list or watch failed. */
export type FeedFacts = {
  /** It could be watched before. */
  readonly wasPermitted: boolean
  /** How long the watch had been open; null when it never was. */
  readonly openMs: number | null
  /** Failures of the same kind since the last event or successful list, this one not counted. */
  readonly sameBefore: number
}

export type Recovery = {
  readonly state:
    | { readonly kind: 'as-before'; readonly reason: string }
    | { readonly kind: 'stale'; readonly reason: string }
    | { readonly kind: 'not-permitted'; readonly message: string }
    | { readonly kind: 'absent' }
  /** Whether to go on where the last event was, or to read everything again. */
  readonly from: 'here' | 'anew'
  readonly pause:
    | { readonly kind: 'none' }
    /** As long as failures call for, and not less than `atLeastMs`. */
    | { readonly kind: 'backoff'; readonly atLeastMs: number }
    /** Until the server answers again. */
    | { readonly kind: 'server' }
    /** From time to time: only a person can change it. */
    | { readonly kind: 'long' }
}

/** A server that has just started may refuse what it will allow in a moment. */
const SURPRISE_MS = 1_500
const SHORT_WATCH_MS = 1_000
/** Refused so often in a row, it is meant. */
const SURPRISES = 2
const MAX_RETRY_AFTER_S = 300

/** What to do after a list or watch failed. */
export function decideRecovery(failure: Failure, facts: FeedFacts): Recovery {
  const reason = failureWords(failure)
  const stale = { kind: 'stale', reason } as const
  const backoff = { kind: 'backoff', atLeastMs: 0 } as const
  switch (failure.kind) {
    case 'stopped':
      return { state: { kind: 'as-before', reason }, from: 'here', pause: backoff }
    case 'ended': {
      const isShort = (facts.openMs ?? 0) < SHORT_WATCH_MS
      return { state: { kind: 'as-before', reason }, from: 'here', pause: isShort ? backoff : { kind: 'none' } }
    }
    case 'connection':
      return { state: stale, from: 'here', pause: { kind: 'server' } }
    case 'silent':
      // Opened again it tells what was missed. Silent again, the server may be one whose past is not the one that was read.
      return { state: { kind: 'as-before', reason }, from: facts.sameBefore > 0 ? 'anew' : 'here', pause: backoff }
    case 'garbled':
      // The same again may be the event itself; the list tells what there is without it.
      return { state: stale, from: facts.sameBefore > 0 ? 'anew' : 'here', pause: backoff }
  }
  const { status } = failure
  const atLeastMs = Math.min(status.retryAfterSeconds ?? 0, MAX_RETRY_AFTER_S) * 1_000
  if (isExpired(status)) return { state: stale, from: 'anew', pause: backoff }
  if (isTooNew(status)) {
    return { state: stale, from: facts.sameBefore > 0 ? 'anew' : 'here', pause: { kind: 'backoff', atLeastMs: Math.max(atLeastMs, 1_000) } }
  }
  if (status.code === 403) {
    if (facts.wasPermitted && facts.sameBefore < SURPRISES)
      return { state: stale, from: 'here', pause: { kind: 'backoff', atLeastMs: SURPRISE_MS } }
    return { state: { kind: 'not-permitted', message: status.message }, from: 'anew', pause: { kind: 'long' } }
  }
  if (status.code === 404) return { state: { kind: 'absent' }, from: 'anew', pause: { kind: 'long' } }
  if (status.code === 429) return { state: stale, from: 'here', pause: { kind: 'backoff', atLeastMs } }
  if (status.code >= 500) return { state: stale, from: 'here', pause: atLeastMs > 0 ? { kind: 'backoff', atLeastMs } : { kind: 'server' } }
  // 400 for a watch from a version that the server cannot read, 405 and the like: only a new list can help.
  return { state: stale, from: facts.sameBefore > 0 ? 'anew' : 'here', pause: backoff }
}

/** Failures that count as the same. */
export function failureKey(failure: Failure): string {
  return failure.kind === 'status' ? `status ${isExpired(failure.status) ? 'expired' : failure.status.code}` : failure.kind
}
