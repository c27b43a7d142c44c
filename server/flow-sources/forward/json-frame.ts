import { objectOf } from '../json-fields'
import { ForwardError } from './forward-error'
import { type FrameOption, NO_OPTION, optionOf } from './frame-option'

export type JsonFrame = {
  readonly kind: 'json'
  readonly tag: string
  readonly option: FrameOption
  /** `[time, record]` each. */
  readonly entries: readonly unknown[]
}

/** Reads a frame in JSON: `[tag, time, record, option]`, `[tag, [[time, record], …], option]`, or a record alone. */
export function readJsonFrame(bytes: Buffer): JsonFrame {
  let frame: unknown
  try {
    frame = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new ForwardError('malformed', 'a frame is broken: not JSON', { cause: error })
  }
  if (!Array.isArray(frame)) return { kind: 'json', tag: '', option: NO_OPTION, entries: [[null, frame]] }
  const [tag, second, third, fourth]: unknown[] = frame
  if (typeof tag !== 'string') throw new ForwardError('malformed', 'the tag of a frame is not text')
  if (Array.isArray(second)) return { kind: 'json', tag, option: optionOf(objectOf(third) ?? {}), entries: second }
  if (frame.length < 3) throw new ForwardError('malformed', 'a message without a record')
  return { kind: 'json', tag, option: optionOf(objectOf(fourth) ?? {}), entries: [[second, third]] }
}
