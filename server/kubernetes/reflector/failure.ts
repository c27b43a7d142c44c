import { ApiConnectionError } from '../connection/api-connection-error'
import type { ApiStatus } from './api-status'

/** Why a list or watch ended. */
export type Failure =
  /** The server ended the watch, as it does every few minutes. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'connection'; readonly message: string }
  | { readonly kind: 'status'; readonly status: ApiStatus }
  /** The server sent what nobody could understand. */
  | { readonly kind: 'garbled'; readonly message: string }
  /** The stream is open and nothing comes, not even what the server sends in any case. */
  | { readonly kind: 'silent'; readonly message: string }
  | { readonly kind: 'stopped' }

export function failureOf(error: unknown): Failure {
  if (error instanceof ApiConnectionError) {
    return error.fault === 'aborted' ? { kind: 'stopped' } : { kind: 'connection', message: error.message }
  }
  return { kind: 'connection', message: error instanceof Error ? error.message : 'the connection was lost' }
}

/** Why what is held is old, for people. */
export function failureWords(failure: Failure): string {
  switch (failure.kind) {
    case 'ended':
      return 'the watch ended and is being opened again'
    case 'status':
      switch (failure.status.code) {
        case 401:
          return `the API server does not accept the credentials: ${failure.status.message}`
        case 429:
          return 'the API server is busy and asked to wait'
        case 410:
          return 'the API server no longer knows what was read last; everything is read again'
        default:
          return `the API server answered ${failure.status.code}: ${failure.status.message}`
      }
    case 'stopped':
      return 'watching was stopped'
    default:
      return failure.message
  }
}
