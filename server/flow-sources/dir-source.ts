import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { FilePosition } from '@/lib/flows/file-position'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { BatchBuilder } from './batch-builder'
import { offsetIn } from './file-position'
import type { FlowSource, ReportState } from './flow-source'
import { FollowedFile } from './followed-file'
import { ConnectionSightings } from './lines/kernel/connection-sightings'
import type { TimeZone } from './lines/time-zone'
import { type LogFiles, listLogFiles } from './list-log-files'
import { OpenFailure, openFile } from './open-file'
import { sleep } from './sleep'

export type DirSourceOptions = {
  readonly name: string
  readonly path: string
  /** null tells the formats apart line by line. */
  readonly format: LineFormatId | null
  /** What the clocks of the machines show, for lines that do not say it; UTC where it is left out. */
  readonly zone?: TimeZone
  /** Files that an earlier run read, and how far: they are read on from there. */
  readonly resume?: readonly FilePosition[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Files followed at the same time, each of which is kept open. */
  readonly maxFiles?: number
}

const POLL_MS = 250
/** How often the folder is looked through for files that came or went. */
const SCAN_MS = 1_000
const RETRY_MS = 2_000
const MAX_FILES = 512
const BATCH_LINES = 1_000

/**
 * Follows all files of a folder and of those in it, each from its beginning. Files that come later are found within a second.
 *
 * A file is known by what it is and not by its name, so that one which is renamed is not read twice, and one that vanishes is
 * read to its end first. A copy of a file that is known (rotation by copying and truncating) goes on where that one was read to.
 */
export function createDirSource(options: DirSourceOptions): FlowSource {
  const maxFiles = options.maxFiles ?? MAX_FILES
  // Each machine may write a file of its own.
  const shared = { connections: new ConnectionSightings(), zone: options.zone ?? null }

  async function* batches(signal: AbortSignal, report: ReportState): AsyncGenerator<FlowBatch> {
    const followed = new Map<string, FollowedFile>()
    const builder = new BatchBuilder()
    let scannedAt = Number.NEGATIVE_INFINITY
    const positions = () => [...followed.values()].map(({ position }) => position)
    const take = (mayRepeat: boolean): FlowBatch => ({ ...builder.take(), positions, mayRepeat })
    report('connecting', null)
    try {
      while (!signal.aborted) {
        if (performance.now() - scannedAt >= SCAN_MS) {
          scannedAt = performance.now()
          const found = await scan(options.path, maxFiles)
          if (typeof found === 'string') {
            report('failed', found)
            await sleep(RETRY_MS, signal)
            continue
          }
          await follow(found, followed, builder)
          report('live', noteOf(found, followed.size, maxFiles))
        }
        let hasRead = false
        for (const file of followed.values()) {
          const { mayRepeat } = file
          if (mayRepeat && builder.size > 0) yield take(false)
          if (await file.read(builder, options.now())) hasRead = true
          if (mayRepeat ? builder.size > 0 : builder.size >= BATCH_LINES) yield take(mayRepeat)
          if (signal.aborted) break
        }
        if (builder.size > 0) yield take(false)
        if (!hasRead) await sleep(POLL_MS, signal)
      }
    } finally {
      for (const { file } of followed.values()) await file.handle.close()
    }
  }

  /** Opens what came and closes what went. */
  async function follow(found: LogFiles, followed: Map<string, FollowedFile>, builder: BatchBuilder): Promise<void> {
    const present = new Set<string>()
    for (const { path, device, inode } of found.files) {
      const key = `${device}:${inode}`
      present.add(key)
      if (followed.has(key)) continue
      const file = await openFile(path)
      if (file instanceof OpenFailure) continue
      const { size } = await file.handle.stat()
      const readBefore = offsetIn(file, size, options.resume ?? [])
      const readElsewhere = Math.max(0, ...[...followed.values()].map((known) => known.offsetOf(file.fingerprint) ?? 0))
      const offset = Math.min(Math.max(readBefore, readElsewhere), size)
      followed.set(key, new FollowedFile(file, path, options.format, { offset, repeatsTo: readBefore === 0 ? 0 : size }, shared))
    }
    for (const [key, gone] of followed) {
      if (present.has(key)) continue
      while (await gone.read(builder, options.now()));
      gone.finish(builder, options.now())
      await gone.file.handle.close()
      followed.delete(key)
    }
  }

  return { name: options.name, kind: 'dir', proof: null, batches }
}

async function scan(path: string, maxFiles: number): Promise<LogFiles | string> {
  try {
    return await listLogFiles(path, maxFiles)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error'
    if (code === 'ENOENT') return `${path} is not there yet; waiting for it`
    if (code === 'ENOTDIR') return `${path} is no folder; use file:${path}`
    return `${path} may not be read (${String(code)}); give this user the right to read it`
  }
}

function noteOf({ compressed, isCut }: LogFiles, followed: number, maxFiles: number): string | null {
  const notes: string[] = []
  if (followed === 0) notes.push('the folder holds no files yet')
  if (compressed > 0) notes.push(`${compressed} compressed files are skipped`)
  if (isCut) notes.push(`the folder holds more than the ${maxFiles} files that are followed; name a folder further down`)
  return notes.length === 0 ? null : notes.join('; ')
}
