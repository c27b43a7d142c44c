import { Counter, Gauge, Registry } from 'prom-client'
import type { NamedRuntime } from './combined-graph'
import type { Runtime } from './running'

/** The first cluster's numbers, and what became of the flows of all, in Prometheus text form, read at the moment they are asked for. */
export async function metricsText(running: Runtime, clusters: readonly NamedRuntime[]): Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, value: number) => {
    new Gauge({ name, help, registers: [registry] }).set(value)
  }
  const counter = (name: string, help: string, value: number) => {
    new Counter({ name, help, registers: [registry] }).inc(value)
  }
  addFlows(clusters, registry)
  addStore(running, gauge, counter)
  addLedger(clusters, registry)

  const { measures, graph, state, pipeline } = running
  const usage = pipeline.window.usage()
  gauge('sluice_flow_window_edges', 'Edges known in the flow window.', usage.edges)
  gauge('sluice_flow_window_sums', 'Sums held in the flow window.', usage.cells)
  gauge('sluice_recent_flows', 'Flows kept one by one.', pipeline.recent.size)
  gauge('sluice_viewers', 'Open event streams.', graph.viewers)
  gauge('sluice_views', 'Different views that are kept up to date.', graph.views)
  counter('sluice_viewer_resyncs_total', 'Viewers that got a new snapshot because they fell behind.', graph.counters.resyncs)
  counter('sluice_viewers_refused_total', 'Event streams refused because there were too many.', graph.counters.refused)
  counter('sluice_topology_builds_total', 'Topologies built.', measures.builds)
  counter('sluice_topology_build_seconds_total', 'Time spent building topologies.', measures.buildMsTotal / 1000)
  gauge('sluice_topology_build_slowest_seconds', 'Longest build of a topology since the start.', measures.slowestBuildMs / 1000)
  gauge('sluice_cluster_revision', 'Readings of the cluster that were used.', state.revision)
  gauge('sluice_cluster_pods', 'Pods of the cluster.', state.cluster.pods.size)
  gauge('sluice_cluster_read_seconds', 'Time of the last reading of the cluster.', state.readMs / 1000)
  gauge('sluice_engine_compile_seconds', 'Time of the last compilation of the policies.', state.compileMs / 1000)
  counter('sluice_unknown_parameters_total', 'Query parameters that no route knows.', measures.unknownParameters)
  counter('sluice_unknown_fields_total', 'Fields of request bodies that no route knows.', measures.unknownFields)
  const delay = new Gauge({
    name: 'sluice_event_loop_delay_seconds',
    help: 'How late the event loop came in the last whole half minute; quantile 1 is the longest time.',
    labelNames: ['quantile'],
    registers: [registry],
  })
  const { p50, p99, max } = measures.loop.latest
  delay.set({ quantile: '0.5' }, p50 / 1000)
  delay.set({ quantile: '0.99' }, p99 / 1000)
  delay.set({ quantile: '1' }, max / 1000)
  const { rss, heapUsed, external } = process.memoryUsage()
  gauge('process_resident_memory_bytes', 'Resident memory of the process.', rss)
  gauge('nodejs_heap_size_used_bytes', 'Memory that objects of the process take.', heapUsed)
  gauge('nodejs_external_memory_bytes', 'Memory of the process outside its heap that objects hold, buffers for the most part.', external)
  gauge('process_start_time_seconds', 'Start of the server, seconds since the epoch.', running.startedAt / 1000)
  return registry.metrics()
}

type Add = (name: string, help: string, value: number) => void

function addStore({ keeper }: Runtime, gauge: Add, counter: Add): void {
  if (keeper === null) return
  const { state, usage, queuedRows, queuedBytes, writtenRows, lostSums, isRawStopped } = keeper.status()
  gauge('sluice_store_ready', 'Whether the store takes what is written.', state === 'ready' ? 1 : 0)
  gauge('sluice_store_queued_rows', 'Rows that wait for the store.', queuedRows)
  gauge('sluice_store_queued_bytes', 'Bytes of the rows that wait for the store.', queuedBytes)
  gauge('sluice_store_raw_stopped', 'Whether flows that were let through are kept as sums only.', isRawStopped ? 1 : 0)
  counter('sluice_store_rows_total', 'Rows that the store has taken.', writtenRows)
  counter('sluice_store_lost_sums_total', 'Changes of sums that could not be kept.', lostSums)
  if (usage === null) return
  gauge('sluice_store_bytes', 'Bytes of the store on its disk.', usage.bytes)
  gauge('sluice_store_flows', 'Flows kept one by one.', usage.rows)
  if (usage.oldest !== null) gauge('sluice_store_oldest_seconds', 'Time of the oldest flow, seconds since the epoch.', usage.oldest / 1000)
}

function addFlows(clusters: readonly NamedRuntime[], registry: Registry): void {
  const flows = new Counter({
    name: 'sluice_flows_total',
    help: 'Flows stored, by source and verdict.',
    labelNames: ['cluster', 'source', 'verdict'],
    registers: [registry],
  })
  for (const { name, runtime } of clusters) {
    for (const { source, verdict, count } of runtime.measures.flows()) flows.inc({ cluster: name, source, verdict }, count)
  }
}

function addLedger(clusters: readonly NamedRuntime[], registry: Registry): void {
  const registers = [registry]
  const labelNames = ['cluster', 'source'] as const
  const records = new Counter({
    name: 'sluice_records_total',
    help: 'What became of every received record: received = stored + sampled + dropped + ignored + queued.',
    labelNames: [...labelNames, 'outcome', 'reason'] as const,
    registers,
  })
  const queued = new Gauge({ name: 'sluice_records_queued', help: 'Records waiting.', labelNames, registers })
  const lost = new Counter({
    name: 'sluice_lost_at_source_total',
    help: 'Events that the source says it lost.',
    labelNames,
    registers,
  })
  const unknown = new Counter({
    name: 'sluice_unknown_flow_fields_total',
    help: 'Fields of lines in our own flow format that it does not have.',
    labelNames,
    registers,
  })
  for (const { name: cluster, runtime } of clusters) {
    for (const { ledger, unknownFields } of runtime.sources) {
      const at = { cluster, source: ledger.source }
      unknown.inc(at, unknownFields)
      records.inc({ ...at, outcome: 'received', reason: '' }, ledger.received)
      records.inc({ ...at, outcome: 'stored', reason: '' }, ledger.stored)
      records.inc({ ...at, outcome: 'sampled', reason: '' }, ledger.sampled)
      for (const [reason, count] of Object.entries(ledger.dropped)) records.inc({ ...at, outcome: 'dropped', reason }, count)
      for (const [reason, count] of Object.entries(ledger.ignored)) records.inc({ ...at, outcome: 'ignored', reason }, count)
      queued.set(at, ledger.queued)
      lost.inc(at, ledger.lostAtSource)
    }
  }
}
