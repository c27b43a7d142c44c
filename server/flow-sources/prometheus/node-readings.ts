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
    name: 'CoreDNS asks upstream',
    metric: 'coredns_proxy_request_duration_seconds_count',
    query: (series, range) =>
      `topk(${MAX_VALUES}, sum by (to, rcode) (rate(${series('coredns_proxy_request_duration_seconds_count', ['proxy_name="forward"'])}${range})) > 0)`,
    say: upstream,
  },
  {
    name: 'CoreDNS asks upstream (until 1.10)',
    metric: 'coredns_forward_responses_total',
    query: (series, range) => `topk(${MAX_VALUES}, sum by (to, rcode) (rate(${series('coredns_forward_responses_total')}${range})) > 0)`,
    say: upstream,
  },
  {
    name: 'CoreDNS answers from its cache',
    metric: 'coredns_cache_requests_total',
    query: (series, range) =>
      `sum(rate(${series('coredns_cache_hits_total')}${range})) / sum(rate(${series('coredns_cache_requests_total')}${range}))`,
    say: ({ value }) => percent(value),
  },
  ...failures('CoreDNS: no upstream is healthy', 'coredns_forward_healthcheck_broken_total'),
  ...failures('CoreDNS panics', 'coredns_panics_total'),
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
    name: 'an endpoint gets into the rules within',
    metric: 'kubeproxy_network_programming_duration_seconds_bucket',
    query: (series, range) =>
      `histogram_quantile(0.99, sum by (le) (rate(${series('kubeproxy_network_programming_duration_seconds_bucket')}${range})))`,
    say: ({ value }) => `${seconds(value)} for 99 of 100`,
  },
  {
    name: 'Services without an endpoint on a machine',
    metric: 'kubeproxy_sync_proxy_rules_no_local_endpoints_total',
    query: (series) => `sum by (traffic_policy) (${series('kubeproxy_sync_proxy_rules_no_local_endpoints_total')})`,
    say: (sample) => `${label(sample, 'traffic_policy')} ${Math.round(sample.value)}`,
  },
  ...['iptables_restore', 'nftables_sync'].flatMap((what) =>
    failures(`kube-proxy failures (${what.slice(0, what.indexOf('_'))})`, `kubeproxy_sync_proxy_rules_${what}_failures_total`),
  ),
  {
    name: 'connection tables in use',
    metric: 'node_nf_conntrack_entries',
    query: (series) => `topk(${MAX_VALUES}, ${series('node_nf_conntrack_entries')} / ${series('node_nf_conntrack_entries_limit')})`,
    say: (sample) => `${label(sample, 'node', 'instance')} ${percent(sample.value)}`,
  },
  {
    name: 'TCP segments sent again',
    metric: 'node_netstat_Tcp_RetransSegs',
    query: (series, range) =>
      `topk(${MAX_VALUES}, rate(${series('node_netstat_Tcp_RetransSegs')}${range}) / rate(${series('node_netstat_Tcp_OutSegs')}${range}) > 0.001)`,
    say: (sample) => `${label(sample, 'node', 'instance')} ${percent(sample.value)}`,
  },
  {
    name: 'connections dropped because a program did not accept them',
    metric: 'node_netstat_TcpExt_ListenDrops',
    query: (series, range) => `topk(${MAX_VALUES}, rate(${series('node_netstat_TcpExt_ListenDrops')}${range}) > 0)`,
    say: (sample) => `${label(sample, 'node', 'instance')} ${perSecond(sample.value)}`,
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
    name: 'Calico packets by policy',
    metric: 'cnx_policy_rule_packets',
    query: (series, range) =>
      `topk(${MAX_VALUES}, sum by (tier, namespace, policy, rule_direction, rule_index) (rate(${series('cnx_policy_rule_packets')}${range})) > 0)`,
    say: (sample) =>
      `${label(sample, 'tier')} ${label(sample, 'policy')} ${label(sample, 'rule_direction')} ${label(sample, 'rule_index')}: ${perSecond(sample.value)}`,
  },
  ...failures('Goldmane dropped flows', 'goldmane_aggr_dropped_flows_total'),
  {
    name: 'Istio: slowest answers',
    metric: 'istio_request_duration_milliseconds_bucket',
    query: (series, range) =>
      `topk(${MAX_VALUES}, histogram_quantile(0.95, sum by (le, destination_workload_namespace, destination_workload) (rate(${series('istio_request_duration_milliseconds_bucket', ['reporter=~"destination|waypoint"'])}${range}))) >= 0)`,
    say: (sample) =>
      `${label(sample, 'destination_workload_namespace')}/${label(sample, 'destination_workload')} ${seconds(sample.value / 1000)} for 95 of 100`,
  },
  {
    // Its own namespace label makes room for that of who scrapes, unless it is told to keep its own.
    name: 'ingress-nginx requests',
    metric: 'nginx_ingress_controller_requests',
    query: (series, range) =>
      `topk(${MAX_VALUES}, sum by (exported_namespace, namespace, ingress, exported_service, service, status) (rate(${series('nginx_ingress_controller_requests')}${range})) > 0)`,
    say: (sample) =>
      `${label(sample, 'exported_namespace', 'namespace')}/${label(sample, 'ingress')} → ${label(sample, 'exported_service', 'service')} ${label(sample, 'status')}: ${perSecond(sample.value)}`,
  },
  {
    name: 'Traefik requests',
    metric: 'traefik_service_requests_total',
    query: (series, range) => `topk(${MAX_VALUES}, sum by (service, code) (rate(${series('traefik_service_requests_total')}${range})) > 0)`,
    say: (sample) => `${label(sample, 'service')} ${label(sample, 'code')}: ${perSecond(sample.value)}`,
  },
]

/** A counter that stands still where all is well. */
function failures(name: string, metric: string): readonly NodeReading[] {
  const query: NodeReading['query'] = (series, range) => `sum(rate(${series(metric)}${range})) > 0`
  return [{ name, metric, query, say: ({ value }) => perSecond(value) }]
}

function upstream(sample: Sample): string {
  return `${label(sample, 'to')} ${label(sample, 'rcode')} ${perSecond(sample.value)}`
}

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

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}

function perSecond(value: number): string {
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))}/s`
}

function seconds(value: number): string {
  if (value < 1) return `${Number((value * 1000).toPrecision(2))} ms`
  return value < 120 ? `${Number(value.toPrecision(2))} s` : `${Math.round(value / 60)} minutes`
}
