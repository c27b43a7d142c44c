import { stat } from 'node:fs/promises'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { FilePosition } from '@/lib/flows/file-position'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { BatchBuilder } from './batch-builder'
import { MAX_COLLECTION_BYTES } from './collected-records'
import { compressionOf } from './compression-of'
import { decodeRecord } from './decode-line'
import type { DecodedLine } from './decoded-line'
import { findRotated, offsetIn, positionIn } from './file-position'
import type { FlowSource, ReportState } from './flow-source'
import { LineMemory } from './lines/line-memory'
import { loggerOfPath } from './lines/logger-of-path'
import type { TimeZone } from './lines/time-zone'
import { OpenFailure, type OpenFile, openFile, startsOver } from './open-file'
import { RecordSplitter } from './record-splitter'
import { sleep as sleepMs } from './sleep'
import { textRecords } from './text-records'

export type FileSourceOptions = {
  readonly name: string
  readonly path: string
  /** null tells the formats apart line by line. */
  readonly format?: LineFormatId | null
  /** What the clocks of the machines show, for lines that do not say it; UTC where it is left out. */
  readonly zone?: TimeZone
  /** False reads to the end of the file once; true (the default) goes on with what is appended. */
  readonly follow?: boolean
  /** Files that an earlier run read, and how far; the one that is at the path is read on from there. */
  readonly resume?: readonly FilePosition[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits; returns early when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** How often a file at its end is looked at again. */
const POLL_MS = 250
/** Waits between tries to open a file that cannot be opened. */
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000] as const
const CHUNK_BYTES = 256 * 1024
const MAX_LINE_BYTES = 256 * 1024
/** Lines of one batch: about 10 ms of work. */
const BATCH_LINES = 1_000

/**
 * Reads flow lines from a file and follows it: from its beginning, line by line, on with whatever is appended.
 *
 * The file may be rotated by renaming (the old one is read to its end first) or by copying and truncating (reading
 * starts over when it shrinks or begins differently), appear late, go away and come back. A line that is written in
 * two halves is read when it is whole.
 */
export function createFileSource(options: FileSourceOptions): FlowSource {
  const format = options.format ?? null
  const follow = options.follow ?? true
  const sleep = options.sleep ?? sleepMs
  const context = { memory: new LineMemory({ isOneStream: true, zone: options.zone ?? null }), logger: loggerOfPath(options.path) }

  async function* batches(signal: AbortSignal, report: ReportState): AsyncGenerator<FlowBatch> {
    const builder = new BatchBuilder()
    report('connecting', null)
    let failures = 0
    for (const path of await findRotated(options.path, options.resume ?? [])) yield* readRest(path, builder, signal, report)
    while (!signal.aborted) {
      const file = await openFile(options.path)
      if (file instanceof OpenFailure) {
        report(file.isWaiting ? 'connecting' : 'failed', file.message)
        if (!follow) return
        await sleep(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? POLL_MS, signal)
        continue
      }
      const packed = compressionOf(file.fingerprint)
      if (packed !== null) {
        await file.handle.close()
        report('failed', `${options.path} is compressed (${packed}), which is not read; unpack it first`)
        if (!follow) return
        await sleep(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? POLL_MS, signal)
        continue
      }
      failures = 0
      report('live', null)
      try {
        yield* readOne(file, builder, signal, report, follow)
      } finally {
        await file.handle.close()
      }
      if (!follow) {
        report('ended', null)
        return
      }
    }
  }

  /** Reads what an earlier run left of a file that has another name now. */
  async function* readRest(path: string, builder: BatchBuilder, signal: AbortSignal, report: ReportState): AsyncGenerator<FlowBatch> {
    const file = await openFile(path)
    if (file instanceof OpenFailure) return
    try {
      yield* readOne(file, builder, signal, report, false)
    } finally {
      await file.handle.close()
    }
  }

  /** Reads one file until another one takes its place, or it is at its end and not followed. */
  async function* readOne(
    file: OpenFile,
    builder: BatchBuilder,
    signal: AbortSignal,
    report: ReportState,
    follows: boolean,
  ): AsyncGenerator<FlowBatch> {
    const splitter = new RecordSplitter(MAX_COLLECTION_BYTES)
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    const { size } = await file.handle.stat()
    let offset = offsetIn(file, size, options.resume ?? [])
    // What was written down is a little behind what was read.
    let repeatsTo = offset === 0 ? 0 : size
    let isReplaced = false
    while (!signal.aborted) {
      const { bytesRead } = await file.handle.read(buffer, 0, CHUNK_BYTES, offset)
      if (bytesRead > 0) {
        const mayRepeat = offset < repeatsTo
        offset += bytesRead
        for (const { text } of splitter.push(buffer.subarray(0, bytesRead))) {
          for (const line of decoded(text)) {
            builder.add(line)
            if (builder.size >= BATCH_LINES) yield { ...builder.take(), mayRepeat }
          }
        }
        const whole = Math.max(0, offset - splitter.pendingBytes)
        if (builder.size > 0) yield { ...builder.take(), positions: () => [positionIn(file, whole)], mayRepeat }
        continue
      }

      // What follows a half line at the end of a file that nobody writes any more will never come.
      if (isReplaced || !follows) {
        const rest = splitter.flush()
        if (rest !== null) {
          for (const line of decoded(rest.text)) builder.add(line)
          yield { ...builder.take(), mayRepeat: false }
        }
        return
      }
      const place = await placeOf(file, options.path)
      // One more look at the old file, because lines may have come before it was replaced.
      if (place === 'taken') {
        isReplaced = true
        continue
      }
      report('live', place === 'empty' ? `${options.path} is gone; waiting for it to come back` : null)
      await sleep(POLL_MS, signal)
      if (!(await startsOver(file, offset))) continue
      offset = 0
      repeatsTo = 0
      const rest = splitter.flush()
      if (rest === null) continue
      for (const line of decoded(rest.text)) builder.add(line)
      yield { ...builder.take(), mayRepeat: false }
    }
  }

  function* decoded(text: string | null): Generator<DecodedLine> {
    for (const each of textRecords(text, MAX_LINE_BYTES, MAX_COLLECTION_BYTES)) {
      if (each.kind === 'fault') yield { kind: 'rejected', reason: each.reason }
      else yield decodeRecord(each.record, format, options.now(), { ...context, ...each.context })
    }
  }

  return { name: options.name, kind: 'file', proof: null, batches }
}

/** What stands at the path now: the file that is open, another one, or none. */
async function placeOf(file: OpenFile, path: string): Promise<'own' | 'taken' | 'empty'> {
  try {
    const there = await stat(path)
    return there.ino === file.inode && there.dev === file.device ? 'own' : 'taken'
  } catch {
    return 'empty'
  }
}
