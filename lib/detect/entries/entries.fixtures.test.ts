import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import { readCluster } from '../../model/read-cluster'
import { compilePolicies } from '../../policy/engine'
import { detectFindings } from '../detect-findings'

const clusters = join(fixturesDir() ?? '', 'clusters')

/** Findings of ways in and out over some files or folders together, each as `ID severity OBJECT FIELD`; recordings are left out. */
async function findingsOf(paths: readonly string[], except = ''): Promise<readonly string[]> {
  const read = await Promise.all(paths.map((path) => readManifests(join(clusters, path))))
  const documents = read
    .flatMap((one) => one.documents)
    .filter(
      ({ origin }) => paths[0]?.endsWith('.json') || !(origin?.file.endsWith('.json') || (except !== '' && origin?.file.endsWith(except))),
    )
  const cluster = readCluster(documents, { name: 'fixture', source: 'manifests' })
  return detectFindings(cluster, compilePolicies(cluster))
    .filter(({ id }) => /^(IN|GW|TR|EG)-|^MS-04|^SV-06/.test(id))
    .map(({ id, severity, object, field }) => `${id} ${severity} ${object.ref} ${field ?? ''}`.trim())
}

describe.skipIf(fixturesDir() === null)('ways in and out of real clusters', () => {
  test.each(['online-boutique', 'argocd', 'podtato-head', 'kube-prometheus', 'sock-shop', 'stateful-headless', 'dual-stack'])(
    '%s is right: nothing to say',
    async (folder) => {
      expect(await findingsOf([folder])).toEqual([])
    },
  )

  test('bookinfo-istio: only subsets that no pod is in', async () => {
    expect(await findingsOf(['bookinfo-istio'])).toEqual([
      'MS-04 warning DestinationRule:default/details spec.subsets[1].labels',
      'MS-04 warning DestinationRule:default/ratings spec.subsets[1].labels',
      'MS-04 warning DestinationRule:default/ratings spec.subsets[2].labels',
      'MS-04 warning DestinationRule:default/ratings spec.subsets[3].labels',
    ])
  })

  test('calico-stars: the Gateway whose pods do not exist', async () => {
    expect(await findingsOf(['calico-stars'])).toEqual(['MS-04 warning IstioGateway:default/yaobank spec.selector'])
  })

  test('ingress-nginx: three secrets, three claims of one place, a retired controller, a host that servers refuse', async () => {
    expect(await findingsOf(['ingress-nginx'])).toEqual([
      'IN-04 warning Ingress:default/foo-tls spec.tls[0].secretName',
      'IN-04 warning Ingress:default/foo-tls spec.tls[1].secretName',
      'IN-04 warning Ingress:default/nginx-test spec.tls[0].secretName',
      'IN-05 warning Ingress:default/foo-tls spec.rules[0].http.paths[0].path',
      'IN-05 warning Ingress:default/nginx-test spec.rules[0].http.paths[0].path',
      'IN-05 warning Ingress:default/nginxhello-ingress spec.rules[0].http.paths[0].path',
      'IN-07 warning IngressClass:nginx spec.controller',
      'IN-08 info Ingress:docker-registry/docker-registry spec.rules[0]',
    ])
  })

  test('traefik: what is built in is not missing, a Service without pods and a Middleware of another namespace are', async () => {
    expect((await findingsOf(['traefik'], 'traefikservices.yaml')).filter((line) => !line.includes(' info '))).toEqual([
      'IN-03 error IngressRoute:other-ns/test6.route spec.routes[3].services[0]',
      'TR-01 error IngressRoute:other-ns/test6.route spec.routes[4].middlewares',
    ])
    const format = await findingsOf(['traefik/traefikservices.yaml'])
    expect(format).toContain('TR-01 error IngressRoute:default/ingressroute spec.routes[0].services[0]')
  })

  test('gateway-api: every backend is missing, grants and hosts are in order', async () => {
    const files = [
      'basic-http',
      'basic-grpc',
      'basic-tcp',
      'basic-udp',
      'cross-namespace-routing',
      'http-routing',
      'tls-routing',
      'reference-grant',
      'listenerset',
    ]
    const found = (await Promise.all(files.map((file) => findingsOf([`gateway-api/${file}.yaml`])))).flat()
    const byDetector = new Map<string, number>()
    for (const line of found) byDetector.set(line.slice(0, 5), (byDetector.get(line.slice(0, 5)) ?? 0) + 1)
    expect(Object.fromEntries(byDetector)).toEqual({ 'GW-03': 18, 'GW-05': 6, 'GW-08': 2 })
  })

  test('istio-egress: a gateway without pods, hosts that are missing, and a name that nobody declares', async () => {
    expect(await findingsOf(['istio-egress'])).toEqual([
      'EG-02 warning IstioGateway:default/istio-egressgateway spec.selector',
      'EG-02 warning IstioGateway:testns/istio-egressgateway spec.selector',
      'EG-02 warning VirtualService:testns/route-via-egressgateway spec.http[1].route[0].destination.host',
      'MS-04 warning DestinationRule:default/egressgateway-for-cnn spec.host',
      'MS-04 warning IstioGateway:default/istio-egressgateway spec.selector',
      'MS-04 warning IstioGateway:testns/istio-egressgateway spec.selector',
      'MS-04 warning VirtualService:default/direct-cnn-through-egress-gateway spec.http[0].route[0].destination.host',
      'MS-04 warning VirtualService:testns/route-via-egressgateway spec.http[0].route[0].destination.host',
      'MS-04 warning VirtualService:testns/route-via-egressgateway spec.http[1].route[0].destination.host',
    ])
  })

  test('cilium-starwars: a label that is no text', async () => {
    expect(await findingsOf(['cilium-starwars'])).toEqual([
      'EG-01 error CiliumEgressGatewayPolicy:egress-sample spec.egressGateway.nodeSelector.matchLabels.egress-node',
    ])
  })

  test('emojivoto-linkerd: the root of a split needs no pods', async () => {
    expect(await findingsOf(['emojivoto-linkerd/app.yaml', 'emojivoto-linkerd/trafficsplit.yaml'])).toEqual([])
  })

  test('online-boutique as a real server has it: nobody serves the class of its Gateway', async () => {
    const lines = await findingsOf(['online-boutique/live.json', 'base-cluster/live.json'])
    expect(lines).toEqual(['GW-10 info Gateway:default/istio-gateway spec.gatewayClassName'])
  })

  test.each(['sock-shop', 'podtato-head', 'argocd', 'stateful-headless'])('%s as a real server has it', async (folder) => {
    expect(await findingsOf([`${folder}/live.json`, 'base-cluster/live.json'])).toEqual([])
  })
})
