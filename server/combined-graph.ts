import { findingsPulse } from '@/lib/api/findings-document'
import type { FindingsPulse, SourcesSummary } from '@/lib/api/stream'
import { type ClusterTopology, combineTopologies, viewOfCluster } from '@/lib/graph/combine-topologies'
import type { Topology } from '@/lib/graph/topology'
import type { TopologyView } from '@/lib/graph/view'
import type { Steps } from '@/lib/model/steps'
import type { Clock } from './clock'
import { PromptRefresh } from './graph/prompt-refresh'
import { GraphStore } from './graph-store'
import type { Runtime } from './running'

export type NamedRuntime = { readonly name: string; readonly runtime: Runtime }

/** The graph of several clusters at once, for those who look at them together. */
export type CombinedGraph = {
  readonly clusters: readonly NamedRuntime[]
  readonly graph: GraphStore
  /** Ends every stream. */
  readonly close: () => void
}

export function combinedGraph(clusters: readonly NamedRuntime[], clock: Clock): CombinedGraph {
  const graph = new GraphStore({
    now: () => clock.now(),
    build: (view) => buildCombined(clusters, view, clock.now()),
    prepare: async (view) => {
      await Promise.all(clusters.map(({ name, runtime }) => runtime.moments.prepare(viewOfCluster(view, name))))
    },
    pulse: (view, span) => {
      const pulses = clusters.map(({ name, runtime }) => runtime.moments.pulse(viewOfCluster(view, name), span))
      const sum = (count: (pulse: (typeof pulses)[number]) => number) => pulses.reduce((total, pulse) => total + count(pulse), 0)
      return { at: span.to, new: sum((pulse) => pulse.new), perSecond: sum(({ perSecond }) => perSecond) }
    },
    summary: () => combinedSummary(clusters),
    findings: () => combinedFindings(clusters),
  })
  const refresh = new PromptRefresh(graph, clock)
  const leave = clusters.map(({ runtime }) => runtime.refresh.follow(() => refresh.changed()))
  const close = () => {
    for (const leaveOne of leave) leaveOne()
    graph.stop()
  }
  return { clusters, graph, close }
}

function* buildCombined(clusters: readonly NamedRuntime[], view: TopologyView, now: number): Steps<Topology> {
  const graphs: ClusterTopology[] = []
  for (const { name, runtime } of clusters) {
    const { message } = runtime.sync()
    graphs.push({ name, note: message, topology: yield* runtime.graph.topologyInSteps(viewOfCluster(view, name)) })
  }
  return combineTopologies(graphs, view, now)
}

function combinedFindings(clusters: readonly NamedRuntime[]): FindingsPulse {
  const pulses = clusters.map(({ runtime }) => findingsPulse(runtime.findingsWatch.judged))
  const sum = (count: (pulse: FindingsPulse) => number) => pulses.reduce((total, pulse) => total + count(pulse), 0)
  return {
    revision: sum(({ revision }) => revision),
    severities: {
      error: sum(({ severities }) => severities.error),
      warning: sum(({ severities }) => severities.warning),
      info: sum(({ severities }) => severities.info),
    },
  }
}

const GRAVITY = ['live', 'partial', 'syncing', 'stale'] as const

/** The gravest state of any of them, each message with its cluster. */
function combinedSummary(clusters: readonly NamedRuntime[]): SourcesSummary {
  const summaries = clusters.map(({ name, runtime }) => ({ name, ...runtime.summary() }))
  const sum = (count: (summary: SourcesSummary) => number) => summaries.reduce((total, summary) => total + count(summary), 0)
  const worst = Math.max(...summaries.map(({ cluster }) => GRAVITY.indexOf(cluster.sync.state)))
  const messages = summaries.flatMap(({ name, cluster }) => (cluster.sync.message === null ? [] : [`${name}: ${cluster.sync.message}`]))
  const since = summaries.flatMap(({ cluster }) => cluster.sync.since ?? [])
  const firstFlows = summaries.flatMap(({ flowsFrom }) => flowsFrom ?? [])
  const lastFlows = summaries.flatMap(({ lastFlowAt }) => lastFlowAt ?? [])
  return {
    cluster: {
      name: summaries.map(({ name }) => name).join(', '),
      source: [...new Set(summaries.map(({ cluster }) => cluster.source))].join(', '),
      simulated: summaries.some(({ cluster }) => cluster.simulated),
      // A recording is the only cluster of its server.
      recording: null,
      revision: sum(({ cluster }) => cluster.revision),
      problems: sum(({ cluster }) => cluster.problems),
      objectsFrom: latestOf(summaries.map(({ cluster }) => cluster.objectsFrom)),
      sync: {
        state: GRAVITY[worst] ?? 'live',
        message: messages.length === 0 ? null : messages.join('; '),
        since: since.length === 0 ? null : Math.min(...since),
      },
    },
    sources: summaries.flatMap(({ name, sources }) => sources.map((source) => ({ ...source, name: `${name}: ${source.name}` }))),
    perSecond: sum(({ perSecond }) => perSecond),
    lost: sum(({ lost }) => lost),
    flowsFrom: firstFlows.length === 0 ? null : Math.min(...firstFlows),
    lastFlowAt: lastFlows.length === 0 ? null : Math.max(...lastFlows),
  }
}

/** The latest of some moments; null where one is not known. */
function latestOf(moments: readonly (number | null)[]): number | null {
  const known = moments.filter((moment) => moment !== null)
  return known.length < moments.length ? null : Math.max(...known)
}
