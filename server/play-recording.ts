import { setImmediate } from 'node:timers/promises'
import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import type { ChangeLog } from '@/lib/changes/change-log'
import type { Flow } from '@/lib/flows/flow'
import type { FlowPipeline } from '@/lib/flows/pipeline'
import { newEdgeNote } from '@/lib/flows/route'
import type { WindowCell } from '@/lib/flows/window-types'
import type { FlowIntakes } from './flow-intakes'

/** Cells between which others get their turn. */
const CELLS_AT_ONCE = 20_000

/** Where what was recorded goes. */
export type Stage = { readonly pipeline: FlowPipeline; readonly intakes: FlowIntakes; readonly log: ChangeLog }

/** Puts flows, ledgers and changes of a recording where those of a running cluster are, as they were at the moment `at`. */
export async function playRecording(recording: ReadRecording, at: number, { pipeline, intakes, log }: Stage): Promise<void> {
  for (const { name, kind, ledger } of recording.sources) {
    const intake = intakes.add({ name, kind, proof: null })
    pipeline.ledger.source(intake.name).resume(ledger)
    intake.become('ended', 'recorded; nothing comes in any more')
  }
  log.resume(recording.changes, recording.effects)
  for (const flow of recording.flows) pipeline.recent.add({ ...flow, id: pipeline.recent.nextId() })
  for (const [index, cell] of recording.cells.entries()) {
    addCell(cell, at, pipeline)
    if (index % CELLS_AT_ONCE === 0) await setImmediate()
  }
}

function addCell(cell: WindowCell, at: number, { window }: FlowPipeline): void {
  const flow = flowOf(cell)
  // What does not fit into the window is in the bundle all the same; the status page says where the window begins.
  const { rank } = cell.lane
  const note = newEdgeNote()
  if (typeof window.add(flow, cell.count, cell.repeats, at, note, rank) === 'string' || cell.lastSeen === cell.firstSeen) return
  window.add({ ...flow, time: cell.lastSeen, bytes: null }, 0, 0, at, note, rank)
}

/** A flow that stands for all of a cell. */
function flowOf({ lane: { rank: _rank, ...lane }, bucket, bytes, firstSeen, count }: WindowCell): Flow {
  return {
    ...lane,
    id: '',
    time: firstSeen,
    windowTime: bucket,
    sourcePort: null,
    rawReason: null,
    direction: null,
    l7: null,
    bytes,
    packets: null,
    count: Math.max(1, count),
    guessedOrder: false,
    node: null,
    computed: null,
  }
}
