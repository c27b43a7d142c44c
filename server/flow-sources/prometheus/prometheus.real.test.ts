import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { edgeText, Polled } from './testing/polled'
import { hasPrometheus, RealPrometheus } from './testing/real-prometheus'

const isThere = hasPrometheus()
if (!isThere) process.stdout.write('Prometheus is not installed: the tests with the real server are skipped.\n')

const istio = (source: string, count: number, more = 'response_code="200",response_flags="-"', name = 'istio_requests_total') =>
  `${name}{reporter="destination",source_workload="${source}",source_workload_namespace="shop",destination_workload="cart",destination_workload_namespace="shop",destination_service_name="cart",destination_service_namespace="shop",request_protocol="http",${more}} ${count}\n`

describe.runIf(isThere)('a real Prometheus', { timeout: 60_000 }, () => {
  let server: RealPrometheus
  beforeEach(async () => {
    server = await RealPrometheus.start({ namespace: 'shop', pod: 'web-1', cluster: 'o"ne\\' })
  }, 60_000)
  afterEach(async () => {
    await server?.stop()
  })

  test('edges are what counters grew by between two polls: resets, gaps, new series and restarts included', async () => {
    server.text = istio('web', 1_000)
    await server.scraped()
    const polled = new Polled(server.url)
    await polled.round()
    expect(polled.take()).toEqual([])
    expect(polled.states.at(-1)).toEqual(['live', null])

    server.text = istio('web', 1_007)
    await server.scraped()
    await polled.round()
    const flows = polled.take()
    expect(flows.map(edgeText)).toEqual(['web > cart 7 forwarded'])
    expect(flows[0]).toMatchObject({ event: 'flow', phase: 'start', l7: { protocol: 'http', code: '200' }, reason: null })
    expect(flows[0]?.overMs).toBeGreaterThan(300)

    // Nothing happened: nothing is told again.
    await server.scraped()
    await polled.round()
    expect(polled.take()).toEqual([])

    // A series that begins while its target is scraped began at zero: the first refusal of an edge is not lost.
    server.text = istio('web', 1_007) + istio('jobs', 1, 'response_code="403",response_flags="UAEX"')
    await server.scraped()
    await polled.round()
    expect(polled.take().map(edgeText)).toEqual(['jobs > cart 1 dropped'])

    // Scrapes fail for a while; what happened meanwhile counts once, when it is known.
    server.text = null
    await server.scraped()
    await polled.round()
    expect(polled.take()).toEqual([])
    server.text = istio('web', 1_020) + istio('jobs', 1, 'response_code="403",response_flags="UAEX"')
    await server.scraped()
    await polled.round()
    expect(polled.take().map(edgeText)).toEqual(['web > cart 13 forwarded'])

    // The proxy started again: its counter stands at 3, and 3 is what is certain.
    server.text = istio('web', 3) + istio('jobs', 1, 'response_code="403",response_flags="UAEX"')
    await server.scraped()
    await polled.round()
    expect(polled.take().map(edgeText)).toEqual(['web > cart 3 forwarded'])

    // The server is killed and comes back: said, and counted on from where it was.
    await server.kill()
    await polled.round()
    expect(polled.states.at(-1)).toEqual(['failed', expect.stringContaining('nothing listens there')])
    server.text = istio('web', 10) + istio('jobs', 2, 'response_code="403",response_flags="UAEX"')
    await server.run()
    await server.scraped()
    await polled.round()
    expect(polled.states.at(-1)).toEqual(['live', null])
    expect(polled.take().map(edgeText).sort()).toEqual(['jobs > cart 1 dropped', 'web > cart 7 forwarded'])
    await polled.stop()
  })

  test('a counter whose beginning nobody saw counts from the next poll on', async () => {
    server.text = istio('web', 10)
    await server.scraped()
    const polled = new Polled(server.url)
    await polled.round()
    // This target could not be scraped before.
    server.otherText = istio('late', 900)
    await server.scraped()
    await polled.round()
    expect(polled.take()).toEqual([])
    server.otherText = istio('late', 905)
    await server.scraped()
    await polled.round()
    expect(polled.take().map(edgeText)).toEqual(['late > cart 5 forwarded'])

    // It ended and came back as a process that says when it started: all of it happened since.
    server.otherText = null
    await server.scraped()
    server.otherText = `${istio('later', 4)}process_start_time_seconds ${Date.now() / 1000}\n`
    await server.scraped()
    await polled.round()
    expect(polled.take().map(edgeText)).toEqual(['later > cart 4 forwarded'])
    server.otherText = null
    await polled.stop()
  })

  test('names with quotes, backslashes and other scripts arrive as they are, and matchers hold', async () => {
    const odd = 'we\\"b\\\\ж__proto__'
    server.text = istio(odd, 1)
    await server.scraped()
    const polled = new Polled(server.url, [{ name: 'cluster', value: 'o"ne\\' }])
    const other = new Polled(server.url, [{ name: 'cluster', value: 'two' }])
    await polled.round()
    await other.round()
    server.text = istio(odd, 4)
    await server.scraped()
    await polled.round()
    await other.round()
    expect(polled.take().map(edgeText)).toEqual(['we"b\\ж__proto__ > cart 3 forwarded'])
    expect(other.take()).toEqual([])
    expect(other.states.at(-1)?.[0]).toBe('silent')
    await Promise.all([polled.stop(), other.stop()])
  })

  test('every family and every reading is a query that the server takes', async () => {
    const text = (growth: number) =>
      EVERYTHING.map((line) => `${line} ${growth * 10}`)
        .join('\n')
        .concat('\n')
    server.text = ''
    await server.scraped()
    const polled = new Polled(server.url)
    await polled.round()
    // Metrics that were never there before begin at zero: many are first written when something is refused.
    server.text = text(1)
    await server.scraped()
    await polled.round()
    expect(polled.states.at(-1)).toEqual(['live', null])
    expect(polled.take().map(edgeText).sort()).toEqual([
      'cart > db 10 unknown',
      'cart-1 > db in use unknown 10 B',
      'client > server in use unknown 10 B',
      'jobs > cart 10 dropped',
      'jobs > cart 10 forwarded',
      'jobs > cart in use dropped',
      'jobs > cart in use forwarded',
      'unknown > web-1 10 dropped',
      'unknown > web-1 10 forwarded',
      'unknown > web-1 in use forwarded',
      'web > api.example.com 10 error',
      'web > cart 10 forwarded 20 B',
      'web-1 > db 10 forwarded 20 B',
      'web-1 > pay 10 forwarded',
      'web-1 > pay in use forwarded 20 B',
    ])
    server.text = text(2)
    await server.scraped()
    // Readings take turns.
    for (let round = 0; round < 3; round++) await polled.round()
    expect(polled.states.at(-1)).toEqual(['live', null])
    const facts = new Map(polled.facts.map(({ name, value }) => [name, value]))
    expect(facts.get('server')).toMatch(/^Prometheus \d/)
    expect(facts.get('connection tables in use')).toContain('100 %')
    expect(facts.get('CoreDNS answers')).toMatch(/^NXDOMAIN .*\/s$/)
    expect(facts.get('kube-router: new connections')).toBe('svc:shop/cart 20/s')
    expect(facts.get('CoreDNS asks upstream')).toMatch(/^9\.9\.9\.9:53 NOERROR .*\/s$/)
    expect(facts.get('CoreDNS answers from its cache')).toBe('100 %')
    expect(facts.get('TCP segments sent again')).toContain('100 %')
    expect(facts.get('Istio: slowest answers')).toMatch(/^shop\/cart .* for 95 of 100$/)
    expect(facts.get('ingress-nginx requests')).toMatch(/^shop\/cart → cart 200: .*\/s$/)
    expect(facts.get('Traefik requests')).toMatch(/^shop-cart-80@kubernetes 200: .*\/s$/)
    await polled.stop()
  })
})

const DST = 'direction="outbound",target_port="8080",tls="true"'
const EVERYTHING = [
  'istio_requests_total{reporter="source",source_workload="web",source_workload_namespace="shop",destination_workload="unknown",destination_service="api.example.com",destination_service_name="api.example.com",response_code="503",response_flags="UF",request_protocol="http"}',
  ...['istio_tcp_connections_opened_total', 'istio_tcp_sent_bytes_total', 'istio_tcp_received_bytes_total'].map(
    (name) =>
      `${name}{reporter="destination",source_workload="web",source_workload_namespace="shop",destination_workload="cart",destination_workload_namespace="shop",destination_service_name="cart",destination_service_namespace="shop",response_flags="-"}`,
  ),
  `response_total{${DST},dst_namespace="shop",dst_deployment="pay",status_code="200",classification="success"}`,
  ...['tcp_open_total', 'tcp_write_bytes_total', 'tcp_read_bytes_total'].flatMap((name) => [
    `${name}{${DST},peer="dst",dst_namespace="shop",dst_deployment="pay"}`,
    `${name}{${DST},peer="dst",dst_namespace="shop",dst_statefulset="db"}`,
    `${name}{${DST},peer="src"}`,
  ]),
  'inbound_http_authz_deny_total{target_port="8080",srv_kind="server",srv_name="web",client_id="jobs.batch.serviceaccount.identity.linkerd.cluster.local"}',
  'inbound_http_authz_allow_total{target_port="8080",srv_kind="server",srv_name="web",authz_kind="authorizationpolicy",authz_name="jobs",client_id="jobs.batch.serviceaccount.identity.linkerd.cluster.local"}',
  'inbound_http_authz_allow_total{target_port="4191",srv_kind="default",srv_name="all-unauthenticated",authz_kind="default",authz_name="all-unauthenticated",tls="no_identity"}',
  ...['ingress', 'egress'].map(
    (side) =>
      `hubble_flows_processed_total{type="PolicyVerdict",verdict="FORWARDED",protocol="TCP",source_namespace="batch",source_workload="jobs",destination_namespace="shop",destination_workload="cart",traffic_direction="${side}"}`,
  ),
  'hubble_flows_processed_total{type="PolicyVerdict",verdict="DROPPED",protocol="TCP",source_namespace="batch",source_workload="jobs",destination_namespace="shop",destination_workload="cart",traffic_direction="ingress"}',
  'hubble_drop_total{reason="POLICY_DENIED",protocol="TCP",source_namespace="batch",source_workload="jobs",destination_namespace="shop",destination_workload="cart",traffic_direction="ingress"}',
  'netobserv_workload_ingress_bytes_total{SrcK8S_Namespace="shop",SrcK8S_OwnerName="client",SrcK8S_OwnerType="Deployment",DstK8S_Namespace="shop",DstK8S_OwnerName="server",DstK8S_OwnerType="StatefulSet"}',
  'beyla_network_flow_bytes_total{k8s_src_namespace="shop",k8s_src_owner_name="db",k8s_src_owner_type="StatefulSet",k8s_dst_namespace="shop",k8s_dst_owner_name="cart-1",k8s_dst_owner_type="Deployment",direction="response"}',
  'traces_service_graph_request_total{client="cart",server="db",connection_type="database"}',
  'coredns_dns_requests_total{server="dns://:53",zone=".",type="A"}',
  'coredns_dns_responses_total{server="dns://:53",zone=".",rcode="NXDOMAIN"}',
  'coredns_dns_request_duration_seconds_bucket{le="+Inf"}',
  'coredns_proxy_request_duration_seconds_count{proxy_name="forward",to="9.9.9.9:53",rcode="NOERROR"}',
  'coredns_forward_responses_total{to="9.9.9.9:53",rcode="NOERROR"}',
  'coredns_cache_hits_total{type="success"}',
  'coredns_cache_requests_total',
  'coredns_forward_healthcheck_broken_total',
  'coredns_panics_total',
  'kubeproxy_network_programming_duration_seconds_bucket{le="+Inf"}',
  'node_netstat_Tcp_RetransSegs',
  'node_netstat_Tcp_OutSegs',
  'node_netstat_TcpExt_ListenDrops',
  'cnx_policy_rule_packets{tier="default",namespace="shop",policy="cart",rule_direction="ingress",rule_index="0"}',
  'istio_request_duration_milliseconds_bucket{reporter="destination",destination_workload_namespace="shop",destination_workload="cart",le="10"}',
  'istio_request_duration_milliseconds_bucket{reporter="destination",destination_workload_namespace="shop",destination_workload="cart",le="+Inf"}',
  'nginx_ingress_controller_requests{exported_namespace="shop",ingress="cart",exported_service="cart",status="200"}',
  'traefik_service_requests_total{service="shop-cart-80@kubernetes",code="200"}',
  'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
  'kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="+Inf"}',
  'kubeproxy_sync_proxy_rules_no_local_endpoints_total{traffic_policy="internal"}',
  'kubeproxy_sync_proxy_rules_iptables_restore_failures_total',
  'kubeproxy_sync_proxy_rules_nftables_sync_failures_total',
  'node_nf_conntrack_entries',
  'node_nf_conntrack_entries_limit',
  'node_nf_conntrack_entries_limit{of="all"}',
  'node_nf_conntrack_stat_drop',
  'node_nf_conntrack_stat_insert_failed',
  'node_nf_conntrack_stat_early_drop',
  'kube_router_service_cps{svc_namespace="shop",service_name="cart"}',
  'hubble_lost_events_total{source="OBSERVER_EVENTS_QUEUE"}',
  'cilium_drop_count_total{reason="Policy denied",direction="INGRESS"}',
  'calico_denied_packets{policy="default|shop.cart|0|deny"}',
  'goldmane_aggr_dropped_flows_total',
]
