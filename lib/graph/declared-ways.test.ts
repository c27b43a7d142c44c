import { expect, test } from 'vitest'
import type { FlowEdge } from '../flows/window-types'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace, anObject, aPod, aService } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { buildTopology } from './build-topology'
import { GraphIndex } from './graph-index'
import { aFlowEdge } from './testing/a-flow-edge'
import { type TopologyView, WHOLE_CLUSTER } from './view'

function topologyOf(objects: readonly object[], view: Partial<TopologyView> = {}, flowEdges: readonly FlowEdge[] = []) {
  const cluster = aCluster(objects)
  const index = new GraphIndex(cluster, compilePolicies(cluster))
  return buildTopology({ index, flowEdges, view: { ...WHOLE_CLUSTER, level: 'workload', ...view }, filter: null, at: 0 })
}

const linesOf = (objects: readonly object[], relation: string, view: Partial<TopologyView> = {}) =>
  topologyOf(objects, view)
    .edges.filter((edge) => edge.relation === relation)
    .map(({ source, target, label, ports, claim }) => `${source} > ${target} [${ports.join()}] ${label} (${claim})`)

const shop = aNamespace({ name: 'shop' })
const web = [aService({ name: 'web', namespace: 'shop' }), aDeployment({ name: 'web', namespace: 'shop' })]
const gateway = anObject('gateway.networking.k8s.io/v1', 'Gateway', {
  name: 'gw',
  namespace: 'shop',
  spec: { gatewayClassName: 'x', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
})
const route = (backendRefs: readonly object[], parentRefs: readonly object[] = [{ name: 'gw' }]) =>
  anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', { name: 'r', namespace: 'shop', spec: { parentRefs, rules: [{ backendRefs }] } })

test('routes say whether they are predicted, get nothing or lead nowhere', () => {
  const next = [aService({ name: 'next', namespace: 'shop' }), aDeployment({ name: 'next', namespace: 'shop' })]
  const dead = aService({ name: 'dead', namespace: 'shop' })
  const backends = [
    { name: 'web', port: 80, weight: 9 },
    { name: 'next', port: 80, weight: 0 },
    { name: 'dead', port: 80 },
  ]
  expect(linesOf([shop, ...web, ...next, dead, gateway, route(backends)], 'routes')).toEqual([
    'Gateway:shop/gw > svc:shop/web [80] weight 9 (predicted)',
    'Gateway:shop/gw > svc:shop/next [80] weight 0, cannot take traffic (idle)',
    'Gateway:shop/gw > svc:shop/dead [80] cannot take traffic (broken)',
  ])
  const { nodes } = topologyOf([shop, dead, gateway, route([{ name: 'dead', port: 80 }])])
  expect(nodes.find(({ id }) => id === 'Gateway:shop/gw')?.badges.map(({ id }) => id)).toContain('nowhere')
})

test('lines to what a door leads to say host and path so that both can be told apart', () => {
  const matches = [
    { path: { type: 'Exact', value: '/login' } },
    { method: 'GET', path: { type: 'PathPrefix', value: '/cart' } },
    { path: { type: 'PathPrefix', value: '/api' } },
  ]
  const spec = { parentRefs: [{ name: 'gw' }], hostnames: ['shop.example'], rules: [{ matches, backendRefs: [{ name: 'web', port: 80 }] }] }
  const exact = anObject('gateway.networking.k8s.io/v1', 'HTTPRoute', { name: 'r', namespace: 'shop', spec })
  expect(linesOf([shop, ...web, gateway, exact], 'routes')).toEqual([
    'Gateway:shop/gw > svc:shop/web [80] shop.example/login (exact); shop.example GET /cart; shop.example/api (predicted)',
  ])
})

test('what a mesh sends on is a line from Service to Service, and no door', () => {
  const next = [aService({ name: 'next', namespace: 'shop' }), aDeployment({ name: 'next', namespace: 'shop' })]
  const inside = route([{ name: 'next', port: 80, weight: 5 }], [{ group: '', kind: 'Service', name: 'web' }])
  expect(linesOf([shop, ...web, ...next, inside], 'routes')).toEqual(['svc:shop/web > svc:shop/next [80] weight 5 (stated)'])
  expect(topologyOf([shop, ...web, ...next, inside]).nodes.some(({ kind }) => kind === 'entry')).toBe(false)
})

test('ways out lead from workloads over the gateway to what is outside', () => {
  const policy = anObject('cilium.io/v2', 'CiliumEgressGatewayPolicy', {
    name: 'out',
    spec: {
      selectors: [{ podSelector: { matchLabels: { app: 'web' } } }],
      destinationCIDRs: ['192.0.2.0/24'],
      egressGateway: { nodeSelector: {}, egressIP: '198.51.100.1' },
    },
  })
  expect(linesOf([shop, ...web, policy], 'egress-via')).toEqual([
    'shop/web[Deployment] > CiliumEgressGatewayPolicy:out [] 198.51.100.1 (predicted)',
    'CiliumEgressGatewayPolicy:out > cidr:192.0.2.0/24 []  (predicted)',
  ])
})

test('an alias in a circle leads nowhere', () => {
  const alias = (name: string, to: string) =>
    aService({ name, namespace: 'shop', type: 'ExternalName', selector: null, spec: { externalName: `${to}.shop.svc.cluster.local` } })
  expect(linesOf([shop, alias('a', 'b'), alias('b', 'a')], 'aliases').every((line) => line.endsWith('(broken)'))).toBe(true)
})

test('a workload depends on the Services that its configuration names, with the place as evidence and nothing of secrets', () => {
  const client = aPod({
    name: 'client',
    namespace: 'shop',
    spec: {
      containers: [
        {
          name: 'app',
          args: ['--backend=http://user:hush@web.shop.svc:80/x?token=hush', '--password', 'web:8080'],
          env: [
            { name: 'WEB_ADDR', value: 'web:80' },
            { name: 'WEB_HOST', value: 'web' },
            { name: 'WEB_TOKEN', value: 'web:1234' },
            { name: 'OTHER', value: 'gone:80' },
          ],
        },
      ],
    },
  })
  expect(linesOf([shop, ...web, client], 'depends')).toEqual([
    'shop/client[Pod] > svc:shop/web [80] variable WEB_ADDR of container app: web:80; argument of container app: http://web.shop.svc:80; variable WEB_HOST of container app: web (stated)',
  ])
})

test('what traffic shows needs no declared dependency beside it', () => {
  const client = aDeployment({ name: 'client', namespace: 'shop', spec: {} }) as { spec: { template: { spec: { containers: object[] } } } }
  client.spec.template.spec.containers = [{ name: 'app', env: [{ name: 'WEB_ADDR', value: 'web:80' }] }]
  const dependsWith = (flows: readonly FlowEdge[]) =>
    topologyOf([shop, ...web, client], {}, flows).edges.filter(({ relation }) => relation === 'depends')
  expect(dependsWith([])).toHaveLength(1)
  expect(dependsWith([aFlowEdge({ from: 'shop/client[Deployment]', to: 'shop/web[Deployment]', port: 80 })])).toEqual([])
})

test('workloads own the pods that are drawn', () => {
  expect(linesOf([shop, ...web], 'owns')).toEqual([])
  expect(linesOf([shop, ...web], 'owns', { level: 'pod' })).toHaveLength(1)
})

test('a selected workload shows where outside it may go', () => {
  const toRange = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ port: 443 }] }] },
  }
  const reach = (objects: readonly object[], selection: string | null) =>
    linesOf(objects, 'may-reach', { selection }).map((line) => line.replace(' (null)', ''))
  expect(reach([shop, ...web], null)).toEqual([])
  expect(reach([shop, ...web], 'shop/web[Deployment]')).toEqual(['shop/web[Deployment] > entity:world [] '])
  expect(reach([shop, ...web, toRange], 'shop/web[Deployment]')).toEqual(['shop/web[Deployment] > ip:192.0.2.0-192.0.2.255 [443] '])
})

test('of very many ways in and out a part is drawn, and the rest counted', () => {
  const names = Array.from({ length: 100 }, (_, index) => `way-${index}`)
  const gateways = names.map((name) =>
    anObject('gateway.networking.k8s.io/v1', 'Gateway', { name, namespace: 'shop', spec: { gatewayClassName: 'x', listeners: [] } }),
  )
  const firewalls = names.map((name) => anObject('k8s.ovn.org/v1', 'EgressFirewall', { name, namespace: 'shop', spec: { egress: [] } }))
  const objects = [shop, ...web, ...gateways, ...firewalls]
  const kinds = (view: Partial<TopologyView>) => {
    const { nodes, folded } = topologyOf(objects, view)
    const fold = folded.find(({ id }) => id === 'declared')
    return [nodes.filter(({ kind }) => kind === 'entry').length, nodes.filter(({ kind }) => kind === 'egress-gateway').length, fold?.label]
  }
  expect(kinds({})).toEqual([60, 60, '80 ways in or out folded'])
  expect(kinds({ show: ['declared'] })).toEqual([100, 100, '200 ways in or out shown'])
})
