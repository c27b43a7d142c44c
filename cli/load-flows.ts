import { stat } from 'node:fs/promises'
import { RecordedEdges } from '@/lib/flows/recorded-edges'
import type { Cluster } from '@/lib/model/cluster'
import { buildIdentity } from '@/lib/model/identity'
import { type Evidence, gatherEvidence } from '@/lib/review/evidence'
import type { RecordedConnection } from '@/lib/review/flow-replay'
import { recordConnections } from '@/lib/review/record-connections'
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
  for (const path of paths) await loadFile(path, edges, input)
  if (edges.isFull) input.limit('sluice diff: the flows have too many distinct pairs of ends; the rest is left out of the replay')
  const recorded = recordConnections(edges.edges(), cluster)
  return { recorded, evidence: gatherEvidence({ recorded, cluster, ledgers: edges.entries(), reportingNodes: edges.nodes, range: null }) }
}

async function loadFile(path: string, edges: RecordedEdges, input: InputReport): Promise<void> {
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
    builder.add(decoded)
    if (builder.size >= BATCH_LINES) edges.accept(path, builder.take())
  }
  edges.accept(path, builder.take())
  if (rejected > MAX_PROBLEMS) problem(1, `${rejected - MAX_PROBLEMS} more lines cannot be read`)
}

/** A line without a time is as old as its file, at least. */
async function timeOf(path: string): Promise<number> {
  try {
    return Math.floor((await stat(path)).mtimeMs)
  } catch {
    // Reading the file will say what is wrong with it.
    return 0
  }
}
