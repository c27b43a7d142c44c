import { expect, test } from 'vitest'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { aPod, aService } from '@/lib/model/testing/objects'
import { IngestReader } from '../../ingest'

const NOW = Date.UTC(2026, 4, 4, 10)

const cluster = aCluster([
  aPod({ name: 'gateway-1', namespace: 'istio', ip: '10.1.0.3' }),
  aPod({ name: 'web-1', namespace: 'shop', ip: '10.1.0.5', owner: { kind: 'StatefulSet', name: 'web' } }),
  aPod({ name: 'cart-1', namespace: 'shop', ip: '10.1.0.7', owner: { kind: 'StatefulSet', name: 'cart' } }),
  aService({ name: 'cart', namespace: 'shop', clusterIp: '10.96.0.9', ports: [{ port: 80 }] }),
])

/** As Fluent Bit's Kubernetes filter sends it. */
const wrapped = (pod: string, namespace: string, log: string) =>
  JSON.stringify({
    date: NOW / 1_000,
    log: `${log}\n`,
    stream: 'stdout',
    kubernetes: { pod_name: pod, namespace_name: namespace, container_name: 'istio-proxy', host: 'node-1' },
  })

const head = (code: number, details: string) =>
  `[2026-05-04T09:59:30.100Z] "GET /cart HTTP/1.1" ${code} - ${details} - "-" 0 19 4 4 "-" "probe" "id-1" "web.example.com"`

test('one request through a mesh: from outside to the gateway, to the first pod, and from there to the second, which refuses it', async () => {
  const lines = [
    // The gateway, and the sidecar of the pod behind it.
    wrapped(
      'gateway-1',
      'istio',
      `${head(200, 'via_upstream')} "10.1.0.5:8080" outbound|80||web.shop.svc.cluster.local 10.1.0.3:40000 10.1.0.3:8443 203.0.113.9:60000 web.example.com default`,
    ),
    wrapped(
      'web-1',
      'shop',
      `${head(200, 'via_upstream')} "127.0.0.1:8080" inbound|8080|| 127.0.0.6:1 10.1.0.5:8080 10.1.0.3:40000 outbound_.80_._.web.shop.svc.cluster.local default`,
    ),
    // The same request id goes on: both sidecars of the second hop.
    wrapped(
      'web-1',
      'shop',
      `${head(403, 'via_upstream')} "10.1.0.7:8080" outbound|80||cart.shop.svc.cluster.local 10.1.0.5:41000 10.96.0.9:80 10.1.0.5:52000 - default`,
    ),
    wrapped(
      'cart-1',
      'shop',
      `${head(403, 'rbac_access_denied_matched_policy[ns[shop]-policy[no-web]-rule[0]]')} "-" inbound|8080|| - 10.1.0.7:8080 10.1.0.5:41000 outbound_.80_._.cart.shop.svc.cluster.local default`,
    ),
  ]
  async function* body() {
    yield Buffer.from(lines.join('\n'))
  }
  const result = await new IngestReader().read({ body: body(), encoding: null, format: null }, NOW)
  if (!result.ok) throw result.error
  const pipeline = aPipeline({}, cluster)
  for (const batch of result.value.batches) pipeline.accept('ingest', batch, NOW)

  const edges = pipeline.window.edges(NOW - 60_000, NOW + 60_000)
  const summary = edges.map(({ source, destination, port, verdicts }) => [
    source.ref,
    destination.ref,
    port,
    verdicts.forwarded,
    verdicts.dropped,
  ])
  expect(summary.sort()).toEqual([
    ['ip:203.0.113.9', 'istio/gateway-1', 8443, 1, 0],
    ['istio/gateway-1', 'shop/web-1', 8080, 1, 0],
    ['shop/web-1', 'shop/cart-1', 8080, 0, 1],
  ])
  const refused = edges.find(({ destination }) => destination.ref === 'shop/cart-1')
  expect(refused).toMatchObject({
    destination: { workload: 'shop/cart[StatefulSet]', service: 'svc:shop/cart' },
    policies: [{ policy: 'AuthorizationPolicy:shop/no-web', confidence: 'stated', count: 1 }],
  })
})
