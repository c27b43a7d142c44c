import { gzipSync } from 'node:zlib'
import { test } from 'vitest'
import { ColumnIds, encodeDelta, encodeSnapshot } from '../lib/api/columns'
import type { FlowEdge } from '../lib/flows/window-types'
import { buildTopology } from '../lib/graph/build-topology'
import { diffTopology } from '../lib/graph/diff-topology'
import { GraphIndex } from '../lib/graph/graph-index'
import type { Level, Topology } from '../lib/graph/topology'
import { WHOLE_CLUSTER } from '../lib/graph/view'
import { readCluster } from '../lib/model/read-cluster'
import { compilePolicies } from '../lib/policy/engine'
import { generateCluster } from './generate-cluster'

/**
 * Time and size of topologies. Run: npx vitest run --config bench/vitest.config.ts topology
 * CPU time of this process, median of `ROUNDS`; sizes in kB of compressed snapshot.
 */

const SIZES = [120, 1_000, 5_000]
const LEVELS: readonly Level[] = ['namespace', 'workload', 'pod']
const ROUNDS = 7
/** Share of edges that change between two ticks. */
const CHURN = 0.05

test('times and sizes of topologies', { timeout: 600_000 }, () => {
  const rows: Record<string, string | number>[] = []
  for (const size of SIZES) {
    const { documents, flowEdges } = generateCluster(size)
    const origins = documents.map((body) => ({ body, origin: null }))
    const [cluster, readMs] = timed(() => readCluster(origins, { name: 'bench', source: 'manifests' }))
    const [engine, compileMs] = timed(() => compilePolicies(cluster))
    const index = new GraphIndex(cluster, engine)
    const changed = flowEdges.map((edge, number) => (number % (1 / CHURN) === 0 ? busier(edge) : edge))
    for (const level of LEVELS) {
      const view = { ...WHOLE_CLUSTER, level }
      // Each second has sums of its own: edges that were judged before would make a build look cheaper than it is.
      const build = (edges: readonly FlowEdge[]) => buildTopology({ index, flowEdges: [...edges], view, filter: null, at: 1_000_000 })
      const [topology, firstMs] = timed(() => build(flowEdges))
      const next = build(changed)
      const snapshot = JSON.stringify(encodeSnapshot(topology, new ColumnIds(), 1))
      rows.push({
        pods: cluster.pods.size,
        'flow edges': flowEdges.length,
        level,
        nodes: topology.nodes.length,
        edges: topology.edges.length,
        'read ms': round(readMs),
        'compile ms': round(compileMs),
        'first build ms': round(firstMs),
        'build ms': round(median(() => build(flowEdges))),
        'diff + encode ms': round(median(() => delta(topology, next))),
        'snapshot kB gz': round(gzipSync(snapshot).length / 1000),
        'delta kB gz': round(gzipSync(delta(topology, next)).length / 1000),
      })
    }
  }
  console.table(rows)
})

function delta(before: Topology, after: Topology): string {
  return JSON.stringify(encodeDelta(diffTopology(before, after), after, new ColumnIds(), 2))
}

function busier(edge: FlowEdge): FlowEdge {
  return { ...edge, verdicts: { ...edge.verdicts, forwarded: edge.verdicts.forwarded + 1 } }
}

function timed<Value>(work: () => Value): [Value, number] {
  const before = cpuMs()
  const value = work()
  return [value, cpuMs() - before]
}

function median(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => timed(work)[1]).sort((a, b) => a - b)
  return times[Math.floor(ROUNDS / 2)] ?? 0
}

/** CPU time, because the machines this runs on are shared. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
