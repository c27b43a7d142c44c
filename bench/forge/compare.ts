import { VERDICTS } from '@/lib/flows/flow'
import type { FlowEdge } from '@/lib/flows/window-types'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'
import type { ForgedPod } from './world'

/** How what the server shows differs from what really happened. */
export type Difference = {
  /** Edges between ends that never talked. Must be none. */
  readonly wrong: readonly string[]
  /** Edges with more connections than there were, as `edge verdict: shown of true`. Must be none. */
  readonly tooMany: readonly string[]
  /** Connections that are missing on their edges. */
  readonly missing: number
  /** Connections on edges whose ends the server says it cannot name for sure. */
  readonly unnamed: number
}

/**
 * Compares by workload (or address outside), port and outcome, as the source that counts shows them.
 */
export function compare(
  edges: readonly FlowEdge[],
  truth: readonly TrueConnection[],
  { outcome, namesOutside }: Pick<Rendering, 'outcome' | 'namesOutside'>,
): Difference {
  const real = new Map<string, number>()
  const talked = new Set<string>()
  const services = new Set<string>()
  for (const connection of truth) {
    const { client, server, service, port } = connection
    const edge = `${workloadOf(client)} > ${typeof server === 'string' && !namesOutside ? 'entity:world' : workloadOf(server)} ${port}`
    talked.add(edge)
    if (service !== null) services.add(`${workloadOf(client)} > svc:${service.namespace}/${service.name} ${port}`)
    const verdict = outcome(connection)
    if (verdict !== null) count(real, `${edge} ${verdict}`, 1)
  }

  const shown = new Map<string, number>()
  const wrong: string[] = []
  let unnamed = 0
  for (const { source, destination, port, verdicts } of edges) {
    const total = VERDICTS.reduce((sum, verdict) => sum + verdicts[verdict], 0)
    if (isUnnamed(source) || isUnnamed(destination)) {
      unnamed += total
      continue
    }
    const edge = `${nameOf(source)} > ${nameOf(destination)} ${port ?? ''}`
    // Which pod of the Service answered is left open.
    if (services.has(edge)) {
      unnamed += total
      continue
    }
    if (total > 0 && !talked.has(edge)) wrong.push(`${edge} (${total})`)
    for (const verdict of VERDICTS) count(shown, `${edge} ${verdict}`, verdicts[verdict])
  }
  const tooMany: string[] = []
  let missing = 0
  for (const edge of new Set([...shown.keys(), ...real.keys()])) {
    const [is, was] = [shown.get(edge) ?? 0, real.get(edge) ?? 0]
    if (is > was) tooMany.push(`${edge}: ${is} of ${was}`)
    else missing += was - is
  }
  return { wrong: wrong.sort(), tooMany: tooMany.sort(), missing, unnamed }
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
