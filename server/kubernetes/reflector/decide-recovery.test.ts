import { expect, test } from 'vitest'
import type { ApiStatus } from './api-status'
import { decideRecovery, type FeedFacts } from './decide-recovery'
import type { Failure } from './failure'

const status = (code: number, more: Partial<ApiStatus> = {}): Failure => ({
  kind: 'status',
  status: { code, reason: '', message: 'words of the server', retryAfterSeconds: null, ...more },
})
const facts = (more: Partial<FeedFacts> = {}): FeedFacts => ({ wasPermitted: true, openMs: 60_000, sameBefore: 0, ...more })

test.each<[string, Failure, FeedFacts, string]>([
  ['its usual end', { kind: 'ended' }, facts(), 'as-before here none'],
  ['an end at once', { kind: 'ended' }, facts({ openMs: 10 }), 'as-before here backoff'],
  ['a lost connection', { kind: 'connection', message: 'reset' }, facts(), 'stale here server'],
  ['silence', { kind: 'silent', message: 'nothing' }, facts(), 'as-before here backoff'],
  ['silence again', { kind: 'silent', message: 'nothing' }, facts({ sameBefore: 1 }), 'as-before anew backoff'],
  ['nonsense', { kind: 'garbled', message: 'no JSON' }, facts(), 'stale here backoff'],
  ['the same nonsense again', { kind: 'garbled', message: 'no JSON' }, facts({ sameBefore: 1 }), 'stale anew backoff'],
  ['410', status(410), facts(), 'stale anew backoff'],
  ['an ERROR event of an old version', status(500, { reason: 'Expired' }), facts(), 'stale anew backoff'],
  ['a server that lags behind', status(504, { message: 'Too large resource version: 9, current: 7' }), facts(), 'stale here backoff 1000'],
  [
    'a store that went back in time',
    status(504, { message: 'Too large resource version: 9' }),
    facts({ sameBefore: 1 }),
    'stale anew backoff 1000',
  ],
  ['429', status(429, { retryAfterSeconds: 7 }), facts(), 'stale here backoff 7000'],
  ['429 for ever', status(429, { retryAfterSeconds: 1e6 }), facts(), 'stale here backoff 300000'],
  ['500', status(500), facts(), 'stale here server'],
  ['503 with a time', status(503, { retryAfterSeconds: 2 }), facts(), 'stale here backoff 2000'],
  ['401', status(401), facts(), 'stale here backoff'],
  ['403 for the first time', status(403), facts({ wasPermitted: false }), 'not-permitted anew long'],
  ['403 where it was permitted before', status(403), facts(), 'stale here backoff 1500'],
  ['403 again and again', status(403), facts({ sameBefore: 2 }), 'not-permitted anew long'],
  ['404', status(404), facts(), 'absent anew long'],
  ['400 for a watch', status(400), facts(), 'stale here backoff'],
  ['400 again', status(400), facts({ sameBefore: 1 }), 'stale anew backoff'],
])('after %s', (_what, failure, known, wanted) => {
  const { state, from, pause } = decideRecovery(failure, known)
  const atLeast = pause.kind === 'backoff' && pause.atLeastMs > 0 ? ` ${pause.atLeastMs}` : ''
  expect(`${state.kind} ${from} ${pause.kind}${atLeast}`).toBe(wanted)
})

test('what is stale says why, in words', () => {
  const reason = (failure: Failure) => {
    const { state } = decideRecovery(failure, facts())
    return state.kind === 'stale' ? state.reason : ''
  }
  expect(reason(status(401))).toBe('the API server does not accept the credentials: words of the server')
  expect(reason(status(500))).toBe('the API server answered 500: words of the server')
  expect(reason({ kind: 'connection', message: 'the connection was reset' })).toBe('the connection was reset')
})
