import { stat } from 'node:fs/promises'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { BatchBuilder } from '@/server/flow-sources/batch-builder'
import { decodeLine } from '@/server/flow-sources/decode-line'
import type { DecodedLine } from '@/server/flow-sources/decoded-line'
import type { InputReport } from './input-report'
import { readLines } from './read-lines'

const MAX_LINE_BYTES = 256 * 1024
const BATCH_LINES = 1_000
/** Lines that are named one by one for each file; the rest is counted. */
const MAX_PROBLEMS = 100

/**
 * Reads a recording of flows batch by batch. Lines that cannot be read are problems; everything else is counted.
 *
 * @param timed is told the time of each flow whose line says it
 */
export async function* decodeRecording(path: string, input: InputReport, timed: (time: number) => void): AsyncGenerator<FlowBatch> {
  const builder = new BatchBuilder()
  const writtenAt = await timeOf(path)
  let rejected = 0
  const problem = (line: number, message: string): void => input.problems([{ file: path, line, column: 1, severity: 'error', message }])
  for await (const read of readLines(path, MAX_LINE_BYTES)) {
    if (!read.ok) {
      problem(1, read.error)
      return
    }
    const { text, line } = read.value
    const decoded: DecodedLine =
      text === null ? { kind: 'rejected', reason: `longer than ${MAX_LINE_BYTES} bytes` } : decodeLine(text, null, writtenAt)
    if (decoded.kind === 'rejected' && ++rejected <= MAX_PROBLEMS) problem(line, decoded.reason)
    if (decoded.kind === 'flow' && decoded.isTimed) timed(decoded.flow.time)
    if (decoded.kind === 'flows' && decoded.isTimed) for (const { time } of decoded.flows) timed(time)
    builder.add(decoded)
    if (builder.size >= BATCH_LINES) yield builder.take()
  }
  yield builder.take()
  if (rejected > MAX_PROBLEMS) problem(1, `${rejected - MAX_PROBLEMS} more lines cannot be read`)
}

/** A line without a time is as old as its file, at least; one that comes in through a pipe is read now. */
async function timeOf(path: string): Promise<number> {
  if (path === '-') return Date.now()
  try {
    return Math.floor((await stat(path)).mtimeMs)
  } catch {
    // Reading the file will say what is wrong with it.
    return 0
  }
}
