import { VERDICTS } from '@/lib/flows/flow'
import type { FlowEdge } from '@/lib/flows/window-types'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'
import type { ForgedPod } from './world'

/** How what the server shows differs from what really happened. */
export type Difference = {
  /** Edges between ends that never talked. Must be none. */
  readonly wrong: readonly string[]
  /** Edges with more or fewer connections than there were, as `edge verdict: shown of true`. */
  readonly miscounted: readonly string[]
  /** Connections on edges whose ends the server could not name for sure. */
  readonly unnamed: number
  readonly connections: number
}

type CompareOptions = {
  /** Connections that are compared; all without it. */
  readonly isCompared?: (connection: TrueConnection) => boolean
}

/**
 * Compares by workload (or address outside), port and outcome, as the source that counts shows them. An edge outside is
 * compared only where the source tells addresses apart, or as one.
 */
export function compare(
  edges: readonly FlowEdge[],
  truth: readonly TrueConnection[],
  { outcome, namesOutside }: Rendering,
  { isCompared = () => true }: CompareOptions = {},
): Difference {
  const real = new Map<string, number>()
  const talked = new Set<string>()
  for (const connection of truth) {
    const { client, server, port } = connection
    const edge = `${workloadOf(client)} > ${typeof server === 'string' && !namesOutside ? 'entity:world' : workloadOf(server)} ${port}`
    talked.add(edge)
    const verdict = outcome(connection)
    if (verdict !== null && isCompared(connection)) count(real, `${edge} ${verdict}`, 1)
  }

  const shown = new Map<string, number>()
  const wrong: string[] = []
  let [unnamed, connections] = [0, 0]
  for (const { source, destination, port, verdicts } of edges) {
    const total = VERDICTS.reduce((sum, verdict) => sum + verdicts[verdict], 0)
    if (isUnnamed(source) || isUnnamed(destination)) {
      unnamed += total
      continue
    }
    const edge = `${nameOf(source)} > ${nameOf(destination)} ${port ?? ''}`
    if (total > 0 && !talked.has(edge)) wrong.push(`${edge} (${total})`)
    connections += total
    for (const verdict of VERDICTS) count(shown, `${edge} ${verdict}`, verdicts[verdict])
  }
  const miscounted = [...new Set([...shown.keys(), ...real.keys()])]
    .map((key) => ({ key, was: real.get(key) ?? 0, is: shown.get(key) ?? 0 }))
    .filter(({ was, is }) => was !== is)
    .map(({ key, was, is }) => `${key}: ${is} of ${was}`)
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

function count(counts: Map<string, number>, key: string, connections: number): void {
  if (connections > 0) counts.set(key, (counts.get(key) ?? 0) + connections)
}
