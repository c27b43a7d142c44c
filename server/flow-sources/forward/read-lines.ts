import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DecodedLine } from '../decoded-line'
import type { KeyCache } from '../msgpack/key-cache'
import { MsgpackError } from '../msgpack/msgpack-error'
import { MsgpackSplitter, type SplitValue } from '../msgpack/msgpack-splitter'
import { type DecodeRecord, decodeEntry, decodeJsonEntry } from './decode-entry'
import { entryBytes } from './entry-bytes'
import { ForwardError } from './forward-error'
import type { ForwardFrame } from './forward-frame'
import type { ForwardLimits } from './forward-limits'
import type { JsonFrame } from './json-frame'

export type LineReading = {
  readonly decode: DecodeRecord
  readonly keys: KeyCache
  readonly limits: ForwardLimits
}

/** Records decoded before other work gets its turn. */
const RECORDS_PER_TURN = 500

/**
 * Reads the records of a frame. A record that cannot be read costs only itself; when the records cannot be told apart any
 * more, or there are too many, all of the frame is refused with a ForwardError.
 */
export async function readLines(frame: ForwardFrame, { decode, keys, limits }: LineReading): Promise<readonly DecodedLine[]> {
  const lines: DecodedLine[] = []
  await eachEntry(frame, limits, (entry) => {
    lines.push(
      entry === null
        ? { kind: 'rejected', reason: `forward: longer than ${limits.maxRecordBytes} bytes` }
        : decodeEntry(entry, keys, decode),
    )
  })
  return lines
}

/** The same of a frame in JSON, which is small. */
export function readJsonLines({ entries }: JsonFrame, decode: DecodeRecord): readonly DecodedLine[] {
  return entries.map((entry) => decodeJsonEntry(entry, decode))
}

/** How many records a frame has, without reading them. */
export async function countEntries(frame: ForwardFrame, limits: ForwardLimits): Promise<number> {
  let count = 0
  await eachEntry(frame, limits, () => count++)
  return count
}

async function eachEntry(frame: ForwardFrame, limits: ForwardLimits, take: (entry: SplitValue) => void): Promise<void> {
  const splitter = new MsgpackSplitter({ maxValueBytes: limits.maxRecordBytes, tooLong: 'skip' })
  let count = 0
  try {
    for await (const chunk of entryBytes(frame, limits.inflation)) {
      for (const entry of splitter.push(chunk)) {
        count++
        if (count > limits.maxRecords) throw new ForwardError('too-large', `a frame of over ${limits.maxRecords} records`)
        take(entry)
        if (count % RECORDS_PER_TURN === 0) await nextTurn()
      }
    }
  } catch (error) {
    if (error instanceof MsgpackError) throw new ForwardError('malformed', `the records of a frame: ${error.message}`, { cause: error })
    throw error
  }
  if (splitter.isWaiting) throw new ForwardError('malformed', 'the records of a frame: the last one is cut off')
}
