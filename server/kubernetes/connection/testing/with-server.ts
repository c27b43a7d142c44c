import { afterEach } from 'vitest'
import type { ApiConnection } from '../api-connection'
import { ApiConnectionError } from '../api-connection-error'
import type { ConnectionSettings } from '../connection-settings'
import { type ConnectionOptions, openConnection } from '../open-connection'
import { ApiStandIn, type StandInOptions } from './api-stand-in'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Does something when the test that runs is over, the last first. */
export function atEnd(end: () => unknown): void {
  ends.push(end)
}

/** A server until the end of the test. */
export async function aServer(options?: StandInOptions): Promise<ApiStandIn> {
  const server = await new ApiStandIn(options).start()
  atEnd(() => server.stop())
  return server
}

/** A connection until the end of the test, with nothing of this machine's environment. */
export function connected(settings: ConnectionSettings, options: Partial<ConnectionOptions> = {}): ApiConnection {
  const connection = openConnection(settings, { environment: {}, ...options })
  atEnd(() => connection.close())
  return connection
}

/** What a request or a body failed with. */
export async function failureOf(promise: Promise<unknown>): Promise<ApiConnectionError> {
  const outcome = await promise.then(
    () => new Error('did not fail'),
    (error: unknown) => error,
  )
  if (!(outcome instanceof ApiConnectionError)) throw outcome
  return outcome
}
