import { expect, test } from 'vitest'
import { workloadNetwork } from '@/lib/api/workload-network'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { aNamespace, anObject, aPod } from '@/lib/model/testing/objects'
import { compilePolicies } from '@/lib/policy/engine'
import { workloadNetworkFacts } from './workload-network'

function facts(...objects: readonly object[]): readonly string[] {
  const cluster = aCluster(objects)
  const network = workloadNetwork([...cluster.pods.values()], cluster, compilePolicies(cluster).facts.evaluation.mesh)
  return network === null ? [] : workloadNetworkFacts(network).map(({ name, value }) => `${name}: ${value}`)
}

test('a member of a mesh says how it takes part and what it expects, port by port', () => {
  const strict = anObject('security.istio.io/v1', 'PeerAuthentication', {
    name: 'web',
    namespace: 'shop',
    spec: { selector: { matchLabels: { app: 'web' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'DISABLE' } } },
  })
  const proxy = { name: 'istio-proxy', restartPolicy: 'Always' }
  const pod = aPod({
    name: 'web',
    namespace: 'shop',
    labels: { app: 'web' },
    spec: { containers: [{ name: 'app' }], initContainers: [proxy] },
  })
  expect(facts(pod, strict)).toEqual([
    'Service mesh: Istio, by a native sidecar. The pod has the sidecar istio-proxy.',
    'Mutual TLS expected: demanded of every client (PeerAuthentication shop/web)',
    'Mutual TLS expected: port 9090: not used (PeerAuthentication shop/web)',
    'Finds names: of Services, in shop.svc.cluster.local, svc.cluster.local, cluster.local; other names after 3 attempts when they have fewer than 5 dots (ClusterFirst)',
  ])
})

test('a pod without a mesh, and one that does not find Services', () => {
  const meshed = aNamespace({ name: 'other', labels: { 'istio-injection': 'enabled' } })
  expect(facts(meshed, aNamespace({ name: 'shop' }), aPod({ name: 'web', namespace: 'shop', hostNetwork: true }))).toEqual([
    'Service mesh: none. The pod shares the network of its machine, which no mesh takes over.',
    'Finds names: not those of Services: on the network of its machine with dnsPolicy ClusterFirst: it asks the name server of the machine',
  ])
  expect(facts(aPod({ name: 'web' }))).toHaveLength(1)
})
