import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)
/** Below this size compressing costs more than it saves. */
const MIN_COMPRESSED_BYTES = 4_096

/** Answers with a JSON document, compressed where it is large and the client takes it. Never cached: everything here is about now. */
export async function jsonAnswer(request: Request, document: object): Promise<Response> {
  const text = JSON.stringify(document)
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', vary: 'accept-encoding' }
  const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  if (!takesGzip || text.length < MIN_COMPRESSED_BYTES) return new Response(text, { headers })
  const body = new Uint8Array(await compress(text, { level: 4 }))
  return new Response(body, { headers: { ...headers, 'content-encoding': 'gzip' } })
}

/** Answers with server-sent events that nothing on the way may buffer or compress. */
export function eventStreamAnswer(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}
