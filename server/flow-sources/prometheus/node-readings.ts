import type { SourceFact } from '@/lib/flows/source-about'
import type { Sample } from './prometheus-answer'
import { type LabelMatcher, selector } from './promql'

/** A number about the network that is no edge: how DNS, the rules of a node or its connection table do. */
export type NodeReading = {
  /** Name of the fact. */
  readonly name: string
  /** Metric without which it is not asked. */
  readonly metric: string
  /** The query; `range` is `[60000ms]` or longer. */
  readonly query: (series: Series, range: string) => string
  /** What one sample says, in a few words. */
  readonly say: (sample: Sample) => string
}
type Series = (metric: string, written?: readonly string[]) => string

/** Values listed of one reading. */
const MAX_VALUES = 6
const MAX_WORD = 80

/** What is asked where it is there. All of kube-proxy's metrics are alpha: a missing one is no error. */
export const NODE_READINGS: readonly NodeReading[] = [
  {
    name: 'CoreDNS questions',
    metric: 'coredns_dns_requests_total',
    query: (series, range) => `sum(rate(${series('coredns_dns_requests_total')}${range}))`,
    say: ({ value }) => perSecond(value),
  },
  {
    name: 'CoreDNS answers',
    metric: 'coredns_dns_responses_total',
    query: (series, range) => `topk(${MAX_VALUES}, sum by (rcode) (rate(${series('coredns_dns_responses_total')}${range})) > 0)`,
    say: (sample) => `${label(sample, 'rcode')} ${perSecond(sample.value)}`,
  },
  {
    name: 'CoreDNS answers within',
    metric: 'coredns_dns_request_duration_seconds_bucket',
    query: (series, range) =>
      `histogram_quantile(0.99, sum by (le) (rate(${series('coredns_dns_request_duration_seconds_bucket')}${range})))`,
    say: ({ value }) => `${seconds(value)} for 99 of 100`,
  },
  {
    name: 'kube-proxy rules',
    metric: 'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
    query: (series) => `max(time() - ${series('kubeproxy_sync_proxy_rules_last_timestamp_seconds')})`,
    say: ({ value }) => `the oldest were written ${seconds(Math.max(0, value))} ago`,
  },
  {
    name: 'kube-proxy writes rules within',
    metric: 'kubeproxy_sync_proxy_rules_duration_seconds_bucket',
    query: (series, range) =>
      `histogram_quantile(0.99, sum by (le) (rate(${series('kubeproxy_sync_proxy_rules_duration_seconds_bucket')}${range})))`,
    say: ({ value }) => `${seconds(value)} for 99 of 100`,
  },
  {
    name: 'Services without an endpoint on a machine',
    metric: 'kubeproxy_sync_proxy_rules_no_local_endpoints_total',
    query: (series) => `sum by (traffic_policy) (${series('kubeproxy_sync_proxy_rules_no_local_endpoints_total')})`,
    say: (sample) => `${label(sample, 'traffic_policy')} ${Math.round(sample.value)}`,
  },
  ...['iptables_restore', 'nftables_sync'].map((what): NodeReading => {
    const metric = `kubeproxy_sync_proxy_rules_${what}_failures_total`
    return {
      name: `kube-proxy failures (${what.slice(0, what.indexOf('_'))})`,
      metric,
      query: (series, range) => `sum(rate(${series(metric)}${range})) > 0`,
      say: ({ value }) => perSecond(value),
    }
  }),
  {
    name: 'connection tables in use',
    metric: 'node_nf_conntrack_entries',
    query: (series) => `topk(${MAX_VALUES}, ${series('node_nf_conntrack_entries')} / ${series('node_nf_conntrack_entries_limit')})`,
    say: (sample) => `${label(sample, 'node', 'instance')} ${Math.round(sample.value * 100)} %`,
  },
  ...['insert_failed', 'drop', 'early_drop'].map(
    (what): NodeReading => ({
      name: `connection tables: ${what.replaceAll('_', ' ')}`,
      metric: `node_nf_conntrack_stat_${what}`,
      query: (series, range) => `topk(${MAX_VALUES}, rate(${series(`node_nf_conntrack_stat_${what}`)}${range}) > 0)`,
      say: (sample) => `${label(sample, 'node', 'instance')} ${perSecond(sample.value)}`,
    }),
  ),
  {
    name: 'kube-router: new connections',
    metric: 'kube_router_service_cps',
    query: (series) => `topk(${MAX_VALUES}, sum by (svc_namespace, service_name) (${series('kube_router_service_cps')}) > 0)`,
    say: (sample) => `svc:${label(sample, 'svc_namespace')}/${label(sample, 'service_name')} ${perSecond(sample.value)}`,
  },
  {
    name: 'Hubble lost events',
    metric: 'hubble_lost_events_total',
    query: (series, range) => `sum by (source) (rate(${series('hubble_lost_events_total')}${range})) > 0`,
    say: (sample) => `${label(sample, 'source')} ${perSecond(sample.value)}`,
  },
  {
    name: 'Cilium dropped packets',
    metric: 'cilium_drop_count_total',
    query: (series, range) => `topk(${MAX_VALUES}, sum by (reason, direction) (rate(${series('cilium_drop_count_total')}${range})) > 0)`,
    say: (sample) => `${label(sample, 'reason')} (${label(sample, 'direction').toLowerCase()}) ${perSecond(sample.value)}`,
  },
  {
    name: 'Calico denied packets',
    metric: 'calico_denied_packets',
    query: (series, range) => `topk(${MAX_VALUES}, sum by (policy) (rate(${series('calico_denied_packets')}${range})) > 0)`,
    say: (sample) => `${label(sample, 'policy')} ${perSecond(sample.value)}`,
  },
  {
    name: 'Goldmane dropped flows',
    metric: 'goldmane_aggr_dropped_flows_total',
    query: (series, range) => `sum(rate(${series('goldmane_aggr_dropped_flows_total')}${range})) > 0`,
    say: ({ value }) => perSecond(value),
  },
]

export function readingQuery(reading: NodeReading, matchers: readonly LabelMatcher[], rangeMs: number): string {
  return reading.query((metric, written = []) => selector(metric, written, matchers), `[${rangeMs}ms]`)
}

/** The fact of a reading; null when there is nothing to say. */
export function readingFact({ name, say }: NodeReading, samples: readonly Sample[]): SourceFact | null {
  if (samples.length === 0) return null
  const sorted = [...samples].sort((a, b) => b.value - a.value).slice(0, MAX_VALUES)
  return { name, value: sorted.map(say).join(', ') }
}

function label({ labels }: Sample, ...names: readonly string[]): string {
  const value = names.map((name) => labels.get(name)).find((text) => text !== undefined) ?? 'all'
  return value.length > MAX_WORD ? `${value.slice(0, MAX_WORD)}…` : value
}

function perSecond(value: number): string {
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))}/s`
}

function seconds(value: number): string {
  if (value < 1) return `${Number((value * 1000).toPrecision(2))} ms`
  return value < 120 ? `${Number(value.toPrecision(2))} s` : `${Math.round(value / 60)} minutes`
}
