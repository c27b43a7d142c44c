import type { Workload } from '../../model/cluster'
import type { ClusterView } from '../cluster-view'
import { aboutCluster, type FindingDraft, makeFinding } from '../make-finding'

/** Names of what is installed on every machine to collect logs. */
const LOG_AGENTS = /(?:^|[-/])(?:fluent-?bit|fluentd|vector|promtail|filebeat|alloy|grafana-agent|otel-collector-agent|datadog)(?:$|[-:@])/
const METRICS = /(?:^|[-/])(?:prometheus|victoria-metrics|vmagent|thanos)(?:$|[-:@/])/

/** MO-01: what shows traffic is missing, so that maps show what objects say. Only where somebody watches a running cluster. */
export function findMissingSources(view: ClusterView): readonly FindingDraft[] {
  if (view.now === null || !view.isWholeCluster || view.cluster.pods.size === 0) return []
  if (view.traffic !== null) return []
  const hasAgent = view.workloads.some((workload) => workload.kind === 'DaemonSet' && isCalled(workload, LOG_AGENTS))
  const hasMetrics = view.workloads.some((workload) => isCalled(workload, METRICS))
  return [
    makeFinding('MO-01', aboutCluster(view.cluster), {
      field: null,
      message: 'No flow source is connected: the map shows declared and allowed connections only, and observed ones are missing.',
      fix: 'Start Sluice with a flow source: --flows with a recording, or let an agent post records to it.',
      evidence: [
        'no flow source',
        hasAgent ? 'a log agent runs on the machines: it can post records of connections' : 'no log agent runs on the machines',
        hasMetrics ? 'metrics are collected, which show single ends and no connections' : 'nothing collects metrics',
      ],
    }),
  ]
}

function isCalled({ name }: Workload, pattern: RegExp): boolean {
  return pattern.test(name)
}
