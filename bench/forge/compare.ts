import type { FlowEdge } from '@/lib/flows/window-types'
import type { TrueConnection } from './truth'
import type { ForgedPod } from './world'

/** How what the server shows differs from what really happened. */
export type Difference = {
  /** Edges between ends that never talked. Must be none. */
  readonly wrong: readonly string[]
  /** Edges with more or fewer connections than there were, as `edge: shown of true`. */
  readonly miscounted: readonly string[]
  /** Connections on edges whose ends the server could not name for sure. */
  readonly unnamed: number
  readonly connections: number
}

type Counts = Map<string, { allowed: number; refused: number }>

/** Compares by workload (or address outside), port and outcome. */
export function compare(edges: readonly FlowEdge[], truth: readonly TrueConnection[]): Difference {
  const real: Counts = new Map()
  for (const { client, server, port, isAllowed } of truth)
    count(real, `${workloadOf(client)} > ${workloadOf(server)} ${port}`, isAllowed, 1)

  const shown: Counts = new Map()
  let unnamed = 0
  for (const { source, destination, port, verdicts } of edges) {
    const total = verdicts.forwarded + verdicts.dropped + verdicts.audit + verdicts.error + verdicts.unknown
    if (isUnnamed(source) || isUnnamed(destination)) {
      unnamed += total
      continue
    }
    const key = `${nameOf(source)} > ${nameOf(destination)} ${port ?? ''}`
    count(shown, key, true, verdicts.forwarded)
    count(shown, key, false, verdicts.dropped)
    if (verdicts.audit + verdicts.error + verdicts.unknown > 0) count(shown, `${key} neither allowed nor refused`, true, 1)
  }

  const wrong: string[] = []
  const miscounted: string[] = []
  for (const [key, { allowed, refused }] of shown) {
    const truly = real.get(key)
    if (truly === undefined) wrong.push(`${key} (${allowed}+${refused})`)
    else if (allowed !== truly.allowed || refused !== truly.refused) {
      miscounted.push(`${key}: ${allowed}+${refused} of ${truly.allowed}+${truly.refused}`)
    }
  }
  for (const [key, { allowed, refused }] of real) if (!shown.has(key)) miscounted.push(`${key}: nothing of ${allowed}+${refused}`)
  const connections = [...shown.values()].reduce((sum, { allowed, refused }) => sum + allowed + refused, 0)
  return { wrong: wrong.sort(), miscounted: miscounted.sort(), unnamed, connections }
}

function isUnnamed(end: FlowEdge['source']): boolean {
  return end.workload === null && end.identity === 'uncertain'
}

function nameOf(end: FlowEdge['source']): string {
  return end.workload ?? end.ref
}

function workloadOf(end: ForgedPod | string): string {
  return typeof end === 'string' ? `ip:${end}` : `${end.namespace}/${end.workload}[StatefulSet]`
}

function count(counts: Counts, key: string, isAllowed: boolean, connections: number): void {
  if (connections === 0) return
  const known = counts.get(key) ?? { allowed: 0, refused: 0 }
  counts.set(key, known)
  if (isAllowed) known.allowed += connections
  else known.refused += connections
}
