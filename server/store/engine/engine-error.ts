import { maskUserinfo } from '@/lib/model/mask-userinfo'
import { StoreError, type StoreFailure } from '../store-error'

/** Numbers of the engine's errors that mean something to us; all others are `failed`. */
const FAILURES: ReadonlyMap<number, StoreFailure> = new Map([
  [158, 'limit'], // TOO_MANY_ROWS
  [159, 'limit'], // TIMEOUT_EXCEEDED
  [160, 'limit'], // TOO_SLOW
  [202, 'unavailable'], // TOO_MANY_SIMULTANEOUS_QUERIES
  [209, 'unavailable'], // SOCKET_TIMEOUT
  [210, 'unavailable'], // NETWORK_ERROR
  [236, 'unavailable'], // ABORTED
  [241, 'limit'], // MEMORY_LIMIT_EXCEEDED
  [242, 'unavailable'], // TABLE_IS_READ_ONLY
  [243, 'disk-full'], // NOT_ENOUGH_SPACE
  [252, 'unavailable'], // TOO_MANY_PARTS
  [279, 'unavailable'], // ALL_CONNECTION_TRIES_FAILED
  [394, 'cancelled'], // QUERY_WAS_CANCELLED
  [396, 'limit'], // TOO_MANY_ROWS_OR_BYTES
])

const LONGEST = 300

/** An error of the engine, by its number, as the store tells it. */
export function engineError(code: number, message: string): StoreError {
  const shown = maskUserinfo(message)
  const short = shown.length > LONGEST ? `${shown.slice(0, LONGEST)} ...` : shown
  if (/No space left on device/i.test(message)) {
    return new StoreError('disk-full', 'no space is left on the disk of the store; free some, or lower --store-max-bytes')
  }
  const failure = FAILURES.get(code) ?? 'failed'
  if (failure === 'limit') return new StoreError('limit', `the store gave up on a query that is too large: ${short}`)
  return new StoreError(failure, failure === 'cancelled' ? 'the query was cancelled' : `the store says: ${short}`)
}
