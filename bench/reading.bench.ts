import { buildTopology } from '@/lib/graph/build-topology'
import { GraphIndex } from '@/lib/graph/graph-index'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { readClusterAgain } from '@/lib/model/read-cluster'
import { compilePolicies, updatePolicies } from '@/lib/policy/engine'
import { LIVE_CHANGES, liveDocuments } from './live-objects'

/**
 * What one changed object costs in a large live cluster, stage by stage, from its documents to what is drawn. Run it with
 * `node bench/run.mjs reading [PODS]`. Milliseconds are processor time, the median of some rounds.
 */
const PODS = Number(process.argv[3] ?? 10_000)
const ROUNDS = 15
const OPTIONS = { name: 'bench', source: 'live' } as const
const VIEW = { ...WHOLE_CLUSTER, level: 'workload' } as const

let documents = liveDocuments(PODS)
let reading = readClusterAgain(documents, OPTIONS, null)
let engine = compilePolicies(reading.cluster)
let index = new GraphIndex(reading.cluster, engine)
draw()

const rows = LIVE_CHANGES.map(({ name, apply }) => {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    documents = apply(documents, round)
    return [
      spend(() => {
        reading = readClusterAgain(documents, OPTIONS, reading)
      }),
      spend(() => {
        engine = updatePolicies(engine, reading.cluster)
      }),
      spend(() => {
        index = new GraphIndex(reading.cluster, engine)
        draw()
      }),
    ]
  })
  const median = (stage: number): number => rounds.map((times) => times[stage] ?? 0).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0
  return { change: name, 'read ms': median(0), 'policies ms': median(1), 'drawn ms': median(2) }
})
process.stdout.write(`${documents.length} objects, ${reading.cluster.pods.size} pods\n`)
console.table(rows)

function draw(): void {
  buildTopology({ index, flowEdges: [], view: VIEW, filter: null, at: 1_000_000 })
}

function spend(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return Math.round((user + system) / 100) / 10
}
