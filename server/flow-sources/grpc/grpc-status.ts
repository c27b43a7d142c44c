import type { IncomingHttpHeaders } from 'node:http2'

/** Status codes by number. Source: grpc/grpc:doc/statuscodes.md. */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

export const STATUS_OK = 0
export const STATUS_DEADLINE_EXCEEDED = 4
export const STATUS_UNIMPLEMENTED = 12

export type GrpcStatus = { readonly code: number; readonly message: string }

const MAX_MESSAGE = 500

/** `UNIMPLEMENTED`, or `status 42` for a code that does not exist. */
export function statusName(code: number): string {
  return NAMES[code] ?? `status ${code}`
}

/** Reads the status out of trailers (or of headers, when an answer has nothing else); null when there is none. */
export function readStatus(headers: IncomingHttpHeaders): GrpcStatus | null {
  const text = headers['grpc-status']
  if (typeof text !== 'string' || text.length === 0 || text.length > 3) return null
  const code = Number(text)
  if (!Number.isInteger(code) || code < 0) return null
  const message = headers['grpc-message']
  return { code, message: typeof message === 'string' ? readable(message) : '' }
}

/** Percent-encoding off, one line, bounded: the text is the server's and ends up on a screen. */
function readable(encoded: string): string {
  let text = encoded.slice(0, 3 * MAX_MESSAGE)
  try {
    text = decodeURIComponent(text)
  } catch {
    // Shown as it came.
  }
  let line = ''
  for (const character of text) {
    if (line.length >= MAX_MESSAGE) break
    line += character < ' ' || character === '\u007f' ? ' ' : character
  }
  return line
}
