import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNode, anObject, aPod, aService, aWorkload } from '../../model/testing/objects'
import { detectServiceProxy } from './service-proxy'
import { spreadOf } from './service-strategy'

function daemonSet(name: string, container: object = { name }): object {
  const spec = { selector: {}, template: { metadata: { labels: { app: name } }, spec: { containers: [container] } } }
  return aWorkload('apps/v1', 'DaemonSet', { name, namespace: 'kube-system', spec })
}

function configMap(name: string, data: object): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data }
}

const kubeProxy = daemonSet('kube-proxy')
const proxyMode = (text: string) => configMap('kube-proxy', { 'config.conf': text })

/** The ways of the Service `web`, each with the field that says so. */
function ways(objects: readonly object[], service: object = aService({ name: 'web' })): readonly string[] {
  const cluster = aCluster([...objects, service])
  const [web] = [...cluster.services.values()].filter(({ name }) => name === 'web')
  if (web === undefined) throw new Error('no Service')
  return spreadOf(cluster, web, 'cluster.local').map(
    ({ clients, strategy, from }) => `${clients}: ${strategy} [${from?.field?.path ?? '-'}]`,
  )
}

test('kube-proxy chooses at random, and in rounds only in its IPVS mode', () => {
  expect(ways([kubeProxy, proxyMode('mode: ""')])).toEqual([
    'Inside the cluster: random for each connection (kube-proxy) [config.conf mode]',
  ])
  expect(ways([kubeProxy, proxyMode('mode: nftables')])[0]).toContain('random for each connection')
  expect(ways([kubeProxy, proxyMode('mode: ipvs\nipvs:\n  scheduler: ""')])[0]).toContain(
    'round robin by connection (IPVS rr, the default)',
  )
  expect(ways([kubeProxy, proxyMode('mode: ipvs\nipvs:\n  scheduler: sh')])).toEqual([
    'Inside the cluster: by hash of the client address (IPVS sh) (kube-proxy) [config.conf ipvs.scheduler]',
  ])
})

test('what was not read is not claimed', () => {
  expect(ways([kubeProxy])).toEqual(['Inside the cluster: cannot tell: the mode of kube-proxy was not seen (random unless it is IPVS) [-]'])
  expect(ways([])).toEqual(['Inside the cluster: cannot tell: no proxy of Services was seen [-]'])
})

test('with a file kube-proxy takes nothing from its options', () => {
  const args = ['--config=/var/lib/kube-proxy/config.conf', '--proxy-mode=ipvs']
  const proxy = daemonSet('kube-proxy', { name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.36.2', args })
  expect(ways([proxy, proxyMode('mode: nftables')])[0]).toContain('random for each connection')
  expect(ways([proxy])[0]).toContain('cannot tell')
})

test('Cilium in the place of kube-proxy: random or Maglev, also for one Service', () => {
  const cilium = daemonSet('cilium', { name: 'cilium-agent' })
  const config = (data: object) => configMap('cilium-config', { 'kube-proxy-replacement': 'true', ...data })
  expect(ways([cilium, config({})])).toEqual(['Inside the cluster: random for each connection (Cilium) [kube-proxy-replacement]'])
  expect(ways([cilium, config({ 'bpf-lb-algorithm': 'maglev' })])[0]).toContain('Maglev')
  const own = aService({ name: 'web', annotations: { 'service.cilium.io/lb-algorithm': 'maglev' } })
  const annotated = ways([cilium, config({ 'bpf-lb-algorithm-annotation': 'true' })], own)
  expect(annotated[0]).toContain('Maglev: by hash of addresses and ports (Cilium) [service.cilium.io/lb-algorithm]')
  // Cilium does not look at it by itself.
  expect(ways([cilium, config({})], own)[0]).toContain('random for each connection')
  expect(detectServiceProxy(aCluster([cilium, kubeProxy, configMap('cilium-config', { 'kube-proxy-replacement': 'false' })])).program).toBe(
    'kube-proxy',
  )
})

test('kube-router by the annotation of the Service, k3s by its arguments', () => {
  const router = daemonSet('kube-router', { name: 'kube-router', image: 'cloudnativelabs/kube-router', args: ['--run-service-proxy=true'] })
  expect(ways([router])).toEqual([
    'Inside the cluster: round robin by connection (IPVS rr, the default) (kube-router) [--run-service-proxy]',
  ])
  const own = aService({ name: 'web', annotations: { 'kube-router.io/service.scheduler': 'lc' } })
  expect(ways([router], own)[0]).toContain('fewest connections (IPVS lc)')
  const k3s = aNode({ annotations: { 'k3s.io/node-args': '["server","--kube-proxy-arg","proxy-mode=ipvs"]' } })
  expect(ways([k3s])[0]).toContain('round robin by connection (IPVS rr, the default) (kube-proxy in k3s)')
  const both = aNode({
    annotations: { 'k3s.io/node-args': '["server","--kube-proxy-arg","proxy-mode=ipvs","--kube-proxy-arg=ipvs-scheduler=lc"]' },
  })
  expect(ways([both])[0]).toContain('the endpoint with the fewest connections (IPVS lc) (kube-proxy in k3s)')
  expect(ways([aNode({ annotations: { 'k3s.io/node-args': '["server"]' } })])[0]).toContain('random for each connection')
  expect(ways([aNode({ annotations: { 'k3s.io/node-args': '["agent"]' } })])[0]).toContain('cannot tell')
})

test('affinity, headless Services, names for hosts, and where endpoints must stand', () => {
  const base = [kubeProxy, proxyMode('mode: iptables')]
  const service = (spec: object) => aService({ name: 'web', spec })
  expect(ways(base, service({ sessionAffinity: 'ClientIP' }))[1]).toBe(
    'After that: each client address keeps its endpoint for 10800 s [spec.sessionAffinity]',
  )
  expect(ways(base, service({ clusterIP: 'None' }))).toEqual([
    'Inside the cluster: the client chooses: names answer with the addresses of the pods [spec.clusterIP]',
  ])
  expect(ways(base, service({ type: 'ExternalName', externalName: 'db.example.org' }))).toEqual([
    'Everybody: not at all: it is another name for a host [spec.externalName]',
  ])
  expect(ways(base, service({ internalTrafficPolicy: 'Local' }))[1]).toContain('only endpoints on the machine of the client')
  expect(ways(base, service({ type: 'NodePort', externalTrafficPolicy: 'Local' }))[1]).toContain(
    'From outside: only endpoints on the machine',
  )
})

test('hints are followed only when every ready endpoint has one', () => {
  const slice = (...hinted: readonly boolean[]) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [],
    endpoints: hinted.map((has, index) => ({
      addresses: [`10.0.0.${index + 1}`],
      ...(has ? { hints: { forZones: [{ name: 'a' }] } } : {}),
    })),
  })
  const web = aService({ name: 'web', spec: { trafficDistribution: 'PreferSameZone' } })
  const base = [kubeProxy, proxyMode('mode: iptables')]
  expect(ways([...base, slice(true, true)], web)[1]).toContain('followed, every ready endpoint has a hint')
  expect(ways([...base, slice(true, false)], web)[1]).toContain('not followed, 1 of 2 ready endpoints have no hint')
  const cilium = (data: object) => [daemonSet('cilium'), configMap('cilium-config', { 'kube-proxy-replacement': 'true', ...data })]
  expect(ways([...cilium({}), slice(true, true)], web)[1]).toContain('not followed: Cilium does so only with enable-service-topology')
  expect(ways([...cilium({ 'enable-service-topology': 'true' }), slice(true, true)], web)[1]).toContain('followed, every ready')
  expect(ways([slice(true, true)], web)[1]).toContain('whether the proxy of Services follows them cannot be told')
})

test('clients in a mesh choose by its rules', () => {
  const proxied = aPod({ name: 'client', spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] } })
  const rule = (spec: object) => anObject('networking.istio.io/v1', 'DestinationRule', { name: 'web', spec: { host: 'web', ...spec } })
  const byMesh = (...objects: readonly object[]) => ways([kubeProxy, proxyMode(''), ...objects]).at(-1)
  expect(byMesh(proxied)).toContain('Clients in the Istio mesh: the endpoint with the fewest requests')
  expect(byMesh(proxied, rule({ trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } } }))).toBe(
    'Clients in the Istio mesh: round robin by request [spec.trafficPolicy.loadBalancer.simple]',
  )
  const hash = { trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: 'x-user' } } } }
  expect(byMesh(proxied, rule(hash))).toContain('by hash of the header x-user')
  expect(byMesh(rule({ host: 'web.other.svc.cluster.local', ...hash }))).not.toContain('hash')
})
