import type { StatusDocument } from '@/lib/api/documents'
import { platformDocument } from '@/lib/api/platform-document'
import { printTime } from '@/lib/api/print-time'
import type { Cluster } from '@/lib/model/cluster'
import type { InputProblem } from '@/lib/model/problem'
import { reachFlows } from '@/lib/platform/reach-flows'
import { countObjects } from './count-objects'
import type { KeeperStatus } from './flow-keeper'
import type { Runtime } from './running'
import { storeDocument } from './store-document'
import { SLUICE_VERSION } from './version'

const MAX_LISTED_PROBLEMS = 200

/** How everything stands, for `GET /api/v1/status`. */
export function statusDocument(running: Runtime): StatusDocument {
  const { state, graph, pipeline } = running
  const { cluster, engine } = state
  const summary = running.summary()
  const { sources } = running
  const problems = [...(running.readingProblem === null ? [] : [running.readingProblem]), ...state.fileProblems, ...cluster.problems]
  const usage = pipeline.window.usage()
  const connections = pipeline.connections()
  const provisional = pipeline.provisional()
  const byAddress = pipeline.byAddress()
  const identities = running.identities.usage()
  const changes = running.changes.log.usage()
  return {
    apiVersion: 'sluice/v1',
    kind: 'Status',
    cluster: {
      ...summary.cluster,
      origin: running.feed?.origin ?? null,
      readAt: printTime(state.readAt),
      objects: countObjects(cluster),
      inputProblems: gravestFirst(problems).slice(0, MAX_LISTED_PROBLEMS),
      watched: running.feed?.kinds() ?? [],
      unknownKinds: countUnknownKinds(cluster),
    },
    policies: {
      profile: engine.profile,
      enforcer: engine.enforcer,
      count: engine.policies.length,
      problems: engine.problems.slice(0, MAX_LISTED_PROBLEMS),
    },
    platform: platformDocument(cluster),
    sources: sources.map(({ unknownFields: _, duty: __, ...source }) => source),
    flowWays: reachFlows(cluster),
    store: storeDocument(storeStatus(running), pipeline.window.historyFrom()),
    load: loadDocument(running),
    limits: [
      {
        name: 'edges in the flow window',
        unit: 'edges',
        used: usage.edges,
        limit: usage.limits.maxEdges,
        reached: droppedBy(running, 'window/edges-full'),
      },
      {
        name: 'sums in the flow window',
        unit: 'sums',
        used: usage.cells,
        limit: usage.limits.maxCells,
        reached: droppedBy(running, 'window/cells-full'),
      },
      {
        name: 'connections remembered, to count each once',
        unit: 'connections',
        used: connections.used,
        limit: connections.limit,
        reached: connections.forgottenEarly,
      },
      {
        name: 'flows that wait for their pods to be known',
        unit: 'flows',
        used: provisional.waiting,
        limit: provisional.limit,
        reached: provisional.crowdedOut,
      },
      {
        name: 'flows whose addresses may have changed hands',
        unit: 'flows',
        used: byAddress.waiting,
        limit: byAddress.limit,
        reached: byAddress.crowdedOut,
      },
      {
        name: 'who held which address, after it changed hands',
        unit: 'addresses',
        used: identities.ended,
        limit: identities.limit,
        reached: identities.forgottenEarly,
      },
      ...otlpLimits(running),
      { name: 'changes of the cluster', unit: 'changes', used: changes.kept, limit: changes.limit, reached: changes.lost },
      { name: 'viewers', unit: 'streams', used: graph.viewers, limit: graph.limits.viewers, reached: graph.counters.refused },
      { name: 'different views at once', unit: 'views', used: graph.views, limit: graph.limits.views, reached: graph.counters.refused },
    ],
    unknownInput: [
      { what: 'query-parameter', count: running.measures.unknownParameters },
      { what: 'body-field', count: running.measures.unknownFields },
      { what: 'flow-line-field', count: sources.reduce((sum, { unknownFields }) => sum + unknownFields, 0) },
    ],
    versions: [
      { name: 'sluice', version: SLUICE_VERSION },
      { name: 'node', version: process.versions.node },
    ],
    startedAt: printTime(running.startedAt),
  }
}

/** A process that only reads hears of a store that is away from its readings. */
function storeStatus({ keeper, follower }: Runtime): KeeperStatus | null {
  if (keeper === null) return null
  const status = keeper.status()
  return follower?.problem == null ? status : { ...status, state: 'waiting', message: follower.problem }
}

function otlpLimits({ posted }: Runtime): StatusDocument['limits'] {
  if (posted === null) return []
  const { used, limit, forgotten } = posted.otlp.usage()
  return [{ name: 'counters followed in OTLP metrics', unit: 'series', used, limit, reached: forgotten }]
}

function loadDocument({ load, shedder }: Runtime): StatusDocument['load'] {
  const { used, limit } = load.share
  const { level, oneIn } = shedder.state
  return {
    usedPercent: Math.round(used * 100),
    limitPercent: Math.round(limit * 100),
    leavesOut: level,
    keepsOneIn: oneIn,
    sheddingSeconds: shedder.sheddingSeconds,
  }
}

function gravestFirst(problems: readonly InputProblem[]): InputProblem[] {
  return [...problems.filter(({ severity }) => severity === 'error'), ...problems.filter(({ severity }) => severity !== 'error')]
}

function droppedBy({ sources }: Runtime, reason: string): number {
  return sources.reduce((sum, { ledger }) => sum + (ledger.dropped[reason] ?? 0), 0)
}

function countUnknownKinds(cluster: Cluster): StatusDocument['cluster']['unknownKinds'] {
  const kinds = new Map<string, { apiVersion: string; kind: string; count: number }>()
  for (const { meta } of cluster.others) {
    const key = `${meta.apiVersion} ${meta.kind}`
    const known = kinds.get(key)
    if (known === undefined) kinds.set(key, { apiVersion: meta.apiVersion, kind: meta.kind, count: 1 })
    else known.count++
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
}
