import { edgesOfCells } from '@/lib/bundle/cell-edges'
import type { Recording } from '@/lib/bundle/recording'
import { RecordedEdges } from '@/lib/flows/recorded-edges'
import type { Cluster } from '@/lib/model/cluster'
import { buildIdentity } from '@/lib/model/identity'
import { type Evidence, gatherEvidence } from '@/lib/review/evidence'
import type { RecordedConnection } from '@/lib/review/flow-replay'
import { recordConnections } from '@/lib/review/record-connections'
import { type TimeSpan, widenSpan } from '@/lib/review/time-span'
import { decodeRecording } from './decode-recording'
import type { InputReport } from './input-report'

export type LoadedFlows = { readonly recorded: readonly RecordedConnection[]; readonly evidence: Evidence }

/**
 * Reads recordings of flows and takes them together for a replay. Both ends are named through `cluster`, the one that
 * the traffic was recorded in. Lines that cannot be read are problems; everything else is counted.
 */
export async function loadFlows(paths: readonly string[], cluster: Cluster, input: InputReport): Promise<LoadedFlows> {
  const edges = new RecordedEdges(cluster, buildIdentity(cluster))
  let span: TimeSpan | null = null
  const timed = (time: number): void => {
    span = widenSpan(span, time, time)
  }
  for (const path of paths) for await (const batch of decodeRecording(path, input, timed)) edges.accept(path, batch)
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

/** The flows of a bundle for a replay. A bundle does not say which machines reported. */
export function flowsOfRecording({ cells, sources }: Pick<Recording, 'cells' | 'sources'>, cluster: Cluster): LoadedFlows {
  const recorded = recordConnections(edgesOfCells(cells), cluster)
  const ledgers = sources.map(({ ledger }) => ledger)
  return { recorded, evidence: gatherEvidence({ recorded, cluster, ledgers, reportingNodes: new Set(), range: null }) }
}
