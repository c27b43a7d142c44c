/** Answers with a JSON document. Never cached: everything here is about now. Next compresses it where the client takes that. */
export function jsonAnswer(document: object): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(JSON.stringify(document), { headers })
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
