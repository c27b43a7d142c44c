import { stat } from 'node:fs/promises'
import { RecordedEdges } from '@/lib/flows/recorded-edges'
import type { Cluster } from '@/lib/model/cluster'
import { buildIdentity } from '@/lib/model/identity'
import { type Evidence, gatherEvidence } from '@/lib/review/evidence'
import type { RecordedConnection } from '@/lib/review/flow-replay'
import { recordConnections } from '@/lib/review/record-connections'
import { type TimeSpan, widenSpan } from '@/lib/review/time-span'
import { BatchBuilder } from '@/server/flow-sources/batch-builder'
import { decodeLine } from '@/server/flow-sources/decode-line'
import type { DecodedLine } from '@/server/flow-sources/decoded-line'
import type { InputReport } from './input-report'
import { readLines } from './read-lines'

export type LoadedFlows = { readonly recorded: readonly RecordedConnection[]; readonly evidence: Evidence }

const MAX_LINE_BYTES = 256 * 1024
const BATCH_LINES = 1_000
/** Lines that are named one by one for each file; the rest is counted. */
const MAX_PROBLEMS = 100

/**
 * Reads recordings of flows and takes them together for a replay. Both ends are named through `cluster`, the one that
 * the traffic was recorded in. Lines that cannot be read are problems; everything else is counted.
 */
export async function loadFlows(paths: readonly string[], cluster: Cluster, input: InputReport): Promise<LoadedFlows> {
  const edges = new RecordedEdges(cluster, buildIdentity(cluster))
  let span: TimeSpan | null = null
  for (const path of paths) span = await loadFile(path, edges, span, input)
  if (edges.isFull) input.limit('sluice diff: the flows have too many distinct pairs of ends; the rest is left out of the replay')
  const recorded = recordConnections(edges.edges(), cluster)
  const evidence = gatherEvidence({
    recorded,
    cluster,
    ledgers: edges.entries(),
    reportingNodes: edges.nodes,
    range: null,
    span,
  })
  return { recorded, evidence }
}

/** Reads one recording and gives `span` back with the times that its lines have of their own. */
async function loadFile(path: string, edges: RecordedEdges, span: TimeSpan | null, input: InputReport): Promise<TimeSpan | null> {
  let covered = span
  const builder = new BatchBuilder()
  const writtenAt = await timeOf(path)
  let rejected = 0
  const problem = (line: number, message: string): void => input.problems([{ file: path, line, column: 1, severity: 'error', message }])
  for await (const read of readLines(path, MAX_LINE_BYTES)) {
    if (!read.ok) {
      problem(1, read.error)
      return covered
    }
    const { text, line } = read.value
    const decoded: DecodedLine =
      text === null ? { kind: 'rejected', reason: `longer than ${MAX_LINE_BYTES} bytes` } : decodeLine(text, null, writtenAt)
    if (decoded.kind === 'rejected' && ++rejected <= MAX_PROBLEMS) problem(line, decoded.reason)
    if (decoded.kind === 'flow' && decoded.isTimed) covered = widenSpan(covered, decoded.flow.time, decoded.flow.time)
    if (decoded.kind === 'flows' && decoded.isTimed) for (const { time } of decoded.flows) covered = widenSpan(covered, time, time)
    builder.add(decoded)
    if (builder.size >= BATCH_LINES) edges.accept(path, builder.take())
  }
  edges.accept(path, builder.take())
  if (rejected > MAX_PROBLEMS) problem(1, `${rejected - MAX_PROBLEMS} more lines cannot be read`)
  return covered
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
