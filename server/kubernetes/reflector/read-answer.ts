import type { ApiConnection, ApiRequest, ApiResponse } from '../connection/api-connection'
import { type ApiStatus, readApiStatus } from './api-status'

/** Pages of a list and answers about the server are not larger. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024
const MAX_ERROR_BYTES = 64 * 1024
/** A server that stops half-way keeps its connection alive all the same. */
const SILENCE_MS = 30_000

export type Answer =
  | { readonly kind: 'body'; readonly body: unknown }
  | { readonly kind: 'status'; readonly status: ApiStatus }
  /** 200, and no JSON; or more of it than anybody takes. */
  | { readonly kind: 'garbled'; readonly message: string }

/** One request whose whole answer is JSON. Rejects as `ApiConnection.request` does. */
export async function readAnswer(connection: ApiConnection, request: ApiRequest): Promise<Answer> {
  const response = await connection.request({ silenceMs: SILENCE_MS, ...request })
  if (response.status !== 200 && response.status !== 201) return { kind: 'status', status: await readRefusal(response) }
  const text = await readText(response, MAX_ANSWER_BYTES)
  if (text === null) return { kind: 'garbled', message: `the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB` }
  try {
    return { kind: 'body', body: JSON.parse(text) }
  } catch {
    return { kind: 'garbled', message: 'the answer is no JSON' }
  }
}

/** Why the server refused, from its status and what it says in the body. */
export async function readRefusal(response: ApiResponse): Promise<ApiStatus> {
  const text = await readText(response, MAX_ERROR_BYTES)
  let body: unknown = null
  try {
    body = JSON.parse(text ?? '')
  } catch {
    // A proxy on the way answers in HTML; the code says enough.
  }
  return readApiStatus(body, response.status, response.headers.get('retry-after') ?? null)
}

/** null when it is longer than `limit`. */
async function readText({ body }: ApiResponse, limit: number): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length).toString('utf8')
}
