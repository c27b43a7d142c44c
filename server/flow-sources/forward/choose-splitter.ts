import { MsgpackSplitter } from '../msgpack/msgpack-splitter'
import { ForwardError } from './forward-error'
import type { FrameSplitter } from './frame-splitter'
import { JsonSplitter } from './json-splitter'

export type Wire = { readonly encoding: 'msgpack' | 'json'; readonly splitter: FrameSplitter }

/** JSON is parsed in one go. */
const MAX_JSON_BYTES = 4 * 1024 * 1024

/** Tells by the first byte of a connection what is spoken on it. Throws ForwardError when it is something else. */
export function chooseSplitter(first: number, maxFrameBytes: number): Wire {
  if (first === 0x5b || first === 0x7b) return { encoding: 'json', splitter: new JsonSplitter(Math.min(MAX_JSON_BYTES, maxFrameBytes)) }
  // Frames are arrays; nil is a sign of life.
  if ((first >= 0x90 && first <= 0x9f) || first === 0xdc || first === 0xdd || first === 0xc0)
    return { encoding: 'msgpack', splitter: new MsgpackSplitter({ maxValueBytes: maxFrameBytes, tooLong: 'throw' }) }
  throw new ForwardError('other-protocol', `speaks something else to this port${guess(first)}`)
}

function guess(first: number): string {
  if (first === 0x16) return ', probably TLS, which is not set up here: give --flows-cert and --flows-key, or turn it off in the sender'
  if (first >= 0x41 && first <= 0x5a) return ', probably HTTP: name --flows ingest and post to /api/v1/flows'
  return ''
}
