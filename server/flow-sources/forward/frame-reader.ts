import { LINE_FORMAT_IDS, type LineFormatId } from '@/lib/api/line-format-ids'
import { decodeRecord } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { LineMemory } from '../lines/line-memory'
import { loggerOfPath } from '../lines/logger-of-path'
import type { TimeZone } from '../lines/time-zone'
import { KeyCache } from '../msgpack/key-cache'
import type { Wire } from './choose-splitter'
import type { DecodeRecord } from './decode-entry'
import { type ForwardFrame, readFrame } from './forward-frame'
import type { ForwardLimits } from './forward-limits'
import type { FrameOption } from './frame-option'
import { type JsonFrame, readJsonFrame } from './json-frame'
import { countEntries, readJsonLines, readLines } from './read-lines'
import { RepeatedFrames } from './repeated-frames'

export type FrameReading = {
  readonly lines: readonly DecodedLine[]
  /** Name to acknowledge; null when the sender asks for nothing. */
  readonly chunk: string | null
  /** By which the frame is known when it comes again; null when it has no name. */
  readonly repeatKey: string | null
  /** The software of the sender; null when the frame does not tell. */
  readonly software: string | null
}

export type FrameReaderOptions = {
  /** null tells the formats apart record by record, or by the tag. */
  readonly format: LineFormatId | null
  readonly limits: ForwardLimits
  /** What the clocks of the machines show, for lines that do not say it; UTC where it is left out. */
  readonly zone?: TimeZone | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A tag that begins so goes on with the name of a format. */
const TAG_PREFIX = 'sluice.'
/** Characters of a tag that tell it from others. */
const MAX_TAG = 1_024

/** Reads the frames of all senders of one server, in the order in which they are taken. */
export class FrameReader {
  readonly #options: FrameReaderOptions
  readonly #memory: LineMemory
  readonly #keys = new KeyCache()
  readonly #repeated = new RepeatedFrames()

  constructor(options: FrameReaderOptions) {
    this.#options = options
    this.#memory = new LineMemory({ zone: options.zone ?? null })
  }

  /**
   * Throws ForwardError when the frame is refused as a whole; nothing of it counts then.
   *
   * @param connection tells the connection that the frame came on from all others.
   */
  async read(bytes: Buffer, encoding: Wire['encoding'], connection: number): Promise<FrameReading> {
    const frame = encoding === 'json' ? readJsonFrame(bytes) : readFrame(bytes)
    if (frame === null) return { lines: [], chunk: null, repeatKey: null, software: null }
    const { chunk, signal } = frame.option
    const repeatKey = chunk === null ? null : this.#repeated.keyOf(bytes)
    const isRepeat = repeatKey !== null && this.#repeated.has(repeatKey)
    return { lines: await this.#linesOf(frame, isRepeat, connection), chunk, repeatKey, software: signal === null ? null : 'Fluent Bit' }
  }

  /** The frame was taken: it is known when it comes again. */
  remember(repeatKey: string): void {
    this.#repeated.add(repeatKey)
  }

  async #linesOf(frame: ForwardFrame | JsonFrame, isRepeat: boolean, connection: number): Promise<readonly DecodedLine[]> {
    const { limits } = this.#options
    const other = otherSignal(frame.option)
    if (other !== null) return [{ kind: 'ignored', reason: other }]
    if (isRepeat) {
      const count = frame.kind === 'json' ? frame.entries.length : await countEntries(frame, limits)
      return new Array<DecodedLine>(count).fill({ kind: 'ignored', reason: 'repeat/same-chunk' })
    }
    const decode = this.#decoderOf(frame.tag, connection)
    return frame.kind === 'json' ? readJsonLines(frame, decode) : readLines(frame, { decode, keys: this.#keys, limits })
  }

  #decoderOf(tag: string, connection: number): DecodeRecord {
    const format = this.#options.format ?? formatOfTag(tag)
    const receivedAt = this.#options.now()
    // Fluent Bit's tags are the path of the container's log.
    const logger = loggerOfPath(tag)
    // One connection carries the lines of many programs, which their tags tell apart.
    const sender = `${connection} ${tag.slice(0, MAX_TAG)}`
    return (record, time) => decodeRecord(record, format, receivedAt, { time, logger, memory: this.#memory, sender })
  }
}

/** `sluice.hubble` and `sluice.hubble.node-1` say what is in them. */
function formatOfTag(tag: string): LineFormatId | null {
  if (!tag.startsWith(TAG_PREFIX)) return null
  const name = tag.slice(TAG_PREFIX.length)
  return LINE_FORMAT_IDS.find((id) => name === id || name.startsWith(`${id}.`)) ?? null
}

function otherSignal({ signal }: FrameOption): string | null {
  return signal === null || signal === 'logs' ? null : `fluent-${signal}`
}
