import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Answer } from './answer'

/** An answer over the response of Node's server, HTTP/2 or HTTP/1.1. */
export function nodeAnswer(
  response: ServerResponse | Http2ServerResponse,
  options: { readonly date: () => Date; readonly resetConnection: () => void },
): Answer {
  const closed = new AbortController()
  // Node makes an error of what is written after the end.
  const whileOpen = (act: () => void) => {
    if (!closed.signal.aborted && !response.writableEnded) act()
  }
  response.on('close', () => closed.abort())
  response.on('error', () => undefined)
  return {
    closed: closed.signal,
    head: (status, headers) =>
      whileOpen(() => {
        response.writeHead(status, { 'cache-control': 'no-cache, private', ...headers, date: options.date().toUTCString() })
        // A watch has an answer from its first moment, not from its first event.
        if (!('stream' in response)) response.flushHeaders()
      }),
    write: (bytes) => whileOpen(() => (response as ServerResponse).write(bytes)),
    end: () => whileOpen(() => response.end()),
    reset: () =>
      whileOpen(() => ('stream' in response ? response.stream.close(constants.NGHTTP2_INTERNAL_ERROR) : response.socket?.destroy())),
    resetConnection: options.resetConnection,
  }
}
