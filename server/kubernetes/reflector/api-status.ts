import type { V1Status, V1StatusDetails } from '@kubernetes/client-node'
import { isRecord } from '@/lib/model/fields'
import type { Received } from './received'

/** Why the API server did not do what it was asked for: an HTTP status, or the object of an ERROR event. */
export type ApiStatus = {
  readonly code: number
  /** `Expired`, `Forbidden`, `TooManyRequests` ...; empty when the server gave none. */
  readonly reason: string
  readonly message: string
  readonly retryAfterSeconds: number | null
}

/** Longer messages are cut; they are shown to people. */
const MAX_MESSAGE_LENGTH = 500

/** Reads a `Status` object, or says of anything else what can be said by its HTTP status alone. */
export function readApiStatus(body: unknown, httpStatus: number | null, retryAfter: string | null): ApiStatus {
  const status: Received<V1Status> = isRecord(body) && body.kind === 'Status' ? body : {}
  const details: Received<V1StatusDetails> = isRecord(status.details) ? status.details : {}
  const code = httpStatus ?? (typeof status.code === 'number' ? status.code : 500)
  const message = typeof status.message === 'string' && status.message !== '' ? status.message : `the API server answered ${code}`
  const header = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null
  return {
    code,
    reason: typeof status.reason === 'string' ? status.reason : '',
    message: message.slice(0, MAX_MESSAGE_LENGTH),
    retryAfterSeconds:
      header ?? (typeof details.retryAfterSeconds === 'number' && details.retryAfterSeconds > 0 ? details.retryAfterSeconds : null),
  }
}

/** The resource version is older than what the server remembers. */
export function isExpired({ code, reason }: ApiStatus): boolean {
  return code === 410 || reason === 'Expired' || reason === 'Gone'
}

/** The resource version is newer than what this server knows: it lags behind another one, or its store went back in time. */
export function isTooNew({ code, message }: ApiStatus): boolean {
  return code === 504 && message.includes('Too large resource version')
}
