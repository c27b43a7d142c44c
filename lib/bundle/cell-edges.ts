import type { Verdict } from '../flows/flow'
import type { FlowEdge, WindowCell } from '../flows/window-types'

type Draft = FlowEdge & {
  /** Of the kind of source that counts: the others saw the same connections. */
  rank: number
  verdicts: Record<Verdict, number>
  repeats: Record<Verdict, number>
  firstSeen: number
  lastSeen: number
}

/** Cells of any number of buckets taken together by ends, port and protocol, as a replay needs them. */
export function edgesOfCells(cells: Iterable<WindowCell>): readonly FlowEdge[] {
  const drafts = new Map<string, Draft>()
  const draftOf = new Map<WindowCell['lane'], Draft>()
  for (const { lane, count, repeats, firstSeen, lastSeen } of cells) {
    const draft = draftOf.get(lane) ?? drafts.get(keyOf(lane)) ?? anEdge(lane, firstSeen, lastSeen)
    drafts.set(keyOf(lane), draft)
    draftOf.set(lane, draft)
    if (lane.rank > draft.rank) continue
    if (lane.rank < draft.rank) Object.assign(draft, { rank: lane.rank, verdicts: none(), repeats: none() })
    draft.verdicts[lane.verdict] += count
    draft.repeats[lane.verdict] += repeats
    draft.firstSeen = Math.min(draft.firstSeen, firstSeen)
    draft.lastSeen = Math.max(draft.lastSeen, lastSeen)
  }
  return [...drafts.values()]
}

function keyOf({ source, destination, protocol, port }: WindowCell['lane']): string {
  return JSON.stringify([source.ref, source.ip, destination.ref, destination.ip, protocol, port])
}

function anEdge({ source, destination, protocol, port, rank }: WindowCell['lane'], firstSeen: number, lastSeen: number): Draft {
  const sums = { verdicts: none(), repeats: none() }
  return { source, destination, protocol, port, rank, ...sums, bytes: null, firstSeen, lastSeen, policies: [], reasons: [], reporters: [] }
}

function none(): Record<Verdict, number> {
  return { forwarded: 0, dropped: 0, audit: 0, error: 0, unknown: 0 }
}
