import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { FilePosition } from '@/lib/flows/file-position'
import type { BatchBuilder } from './batch-builder'
import { decodeRecord } from './decode-line'
import { positionIn } from './file-position'
import { LineMemory, type MemoryOptions } from './lines/line-memory'
import { loggerOfPath } from './lines/logger-of-path'
import { type OpenFile, startsOver } from './open-file'
import { RecordSplitter } from './record-splitter'
import { textRecords } from './text-records'

const CHUNK_BYTES = 256 * 1024
const MAX_LINE_BYTES = 256 * 1024
/** First bytes that two different logs do not share. */
const MIN_ALIKE = 128

/** One file of a folder that is read as it grows, under whatever name it has now. */
export class FollowedFile {
  readonly file: OpenFile
  /** Its name when it was found, which may say who writes it. */
  readonly path: string
  readonly #format: LineFormatId | null
  readonly #memory: LineMemory
  readonly #splitter = new RecordSplitter(MAX_LINE_BYTES)
  #offset: number
  /** What an earlier run read reaches at most to here. */
  #repeatsTo: number
  /** How it began and how far it was read before it was written anew: a copy of that may turn up. */
  #before: { readonly fingerprint: Buffer; readonly offset: number } | null = null

  constructor(
    file: OpenFile,
    path: string,
    format: LineFormatId | null,
    resumed: { readonly offset: number; readonly repeatsTo: number },
    shared: MemoryOptions,
  ) {
    this.#memory = new LineMemory({ ...shared, isOneStream: true })
    this.file = file
    this.path = path
    this.#format = format
    this.#offset = resumed.offset
    this.#repeatsTo = resumed.repeatsTo
  }

  /** True while what comes next may have been read by an earlier run. */
  get mayRepeat(): boolean {
    return this.#offset < this.#repeatsTo
  }

  /** How far its whole lines were read. */
  get position(): FilePosition {
    return positionIn(this.file, Math.max(0, this.#offset - this.#splitter.pendingBytes))
  }

  /** How far the log that begins like this was read here; null when it is another one. */
  offsetOf(fingerprint: Buffer): number | null {
    if (isSameLog(this.file.fingerprint, fingerprint)) return this.#offset
    return this.#before !== null && isSameLog(this.#before.fingerprint, fingerprint) ? this.#before.offset : null
  }

  /** Reads what was appended, at most a piece of it; false when there is nothing. A file that was written anew is read from its beginning. */
  async read(builder: BatchBuilder, receivedAt: number): Promise<boolean> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await this.file.handle.read(buffer, 0, CHUNK_BYTES, this.#offset)
    if (bytesRead === 0) {
      const before = { fingerprint: this.file.fingerprint, offset: this.#offset }
      if (!(await startsOver(this.file, this.#offset))) return false
      this.#before = before
      this.#offset = 0
      this.#repeatsTo = 0
      this.finish(builder, receivedAt)
      return true
    }
    this.#offset += bytesRead
    for (const { text } of this.#splitter.push(buffer.subarray(0, bytesRead))) this.#add(text, builder, receivedAt)
    return true
  }

  /** Takes a half line at the end, of which the rest will not come. */
  finish(builder: BatchBuilder, receivedAt: number): void {
    const rest = this.#splitter.flush()
    if (rest !== null) this.#add(rest.text, builder, receivedAt)
  }

  #add(text: string | null, builder: BatchBuilder, receivedAt: number): void {
    const context = { memory: this.#memory, logger: loggerOfPath(this.path) }
    for (const each of textRecords(text, MAX_LINE_BYTES)) {
      if (each.kind === 'fault') builder.add({ kind: 'rejected', reason: each.reason })
      else builder.add(decodeRecord(each.record, this.#format, receivedAt, { ...context, ...each.context }))
    }
  }
}

/** Logs that begin with the same long piece are one and the same. */
function isSameLog(known: Buffer, other: Buffer): boolean {
  return known.length >= MIN_ALIKE && known.equals(other.subarray(0, known.length))
}
