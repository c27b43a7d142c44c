import type { ApiConnection } from '../connection/api-connection'
import { type ApiStatus, isTooNew } from './api-status'
import { readAnswer } from './read-answer'
import { withQuery } from './watch-event'

/** The object that the answer holds is not looked at. */
const ACCEPT = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'
/** How long the server may think about it: one that lags behind another gives itself three seconds to catch up. */
const TIMEOUT_MS = 10_000

type Question = { readonly connection: ApiConnection; readonly path: string; readonly version: string; readonly signal: AbortSignal }

/**
 * Whether the server is as far as what was read last; null when it is. One whose store was restored from a backup is not,
 * and a watch from its lost future would tell nothing for a long time. Rejects as `ApiConnection.request` does.
 */
export async function askForVersion({ connection, path, version, signal }: Question): Promise<ApiStatus | null> {
  const query = { limit: '1', resourceVersion: version, resourceVersionMatch: 'NotOlderThan' }
  const answer = await readAnswer(connection, { path: withQuery(path, query), accept: ACCEPT, timeoutMs: TIMEOUT_MS, signal })
  return answer.kind === 'status' && isTooNew(answer.status) ? answer.status : null
}
