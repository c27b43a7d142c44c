import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFilter } from '../flows/filter'
import { compileFilter } from '../flows/filter-match'
import type { FlowEdge } from '../flows/window-types'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aNamespace, aService } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { buildTopology } from './build-topology'
import { GraphIndex } from './graph-index'
import { aFlowEdge } from './testing/a-flow-edge'
import type { Topology } from './topology'
import { defaultLimits, type TopologyView, WHOLE_CLUSTER } from './view'

const policy = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
})

const SHOP = [
  aNamespace({ name: 'shop' }),
  aNamespace({ name: 'payments' }),
  aNamespace({ name: 'kube-system' }),
  aDeployment({ name: 'web', namespace: 'shop', ports: [{ containerPort: 8080 }] }),
  aDeployment({ name: 'cart', namespace: 'shop', ports: [{ containerPort: 8080 }] }),
  aDeployment({ name: 'api', namespace: 'payments', ports: [{ containerPort: 9000 }] }),
  aDeployment({ name: 'coredns', namespace: 'kube-system', ports: [{ containerPort: 53 }] }),
  aService({ name: 'cart', namespace: 'shop', selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 8080 }] }),
  policy('payments', 'api', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'cart' } } }], ports: [{ port: 9000 }] }],
  }),
]

const WEB = 'shop/web[Deployment]'
const CART = 'shop/cart[Deployment]'
const API = 'payments/api[Deployment]'
const DNS = 'kube-system/coredns[Deployment]'

function topologyOf(objects: readonly object[], flowEdges: readonly FlowEdge[], view: Partial<TopologyView> = {}): Topology {
  const cluster = aCluster(objects)
  const index = new GraphIndex(cluster, compilePolicies(cluster))
  const full = { ...WHOLE_CLUSTER, ...view }
  const read = parseFilter(full.filter)
  const filter = full.filter === '' || !read.ok ? null : compileFilter(read.value)
  return buildTopology({ index, flowEdges, view: full, filter, at: 1_000_000 })
}

const stateOf = (topology: Topology, source: string, target: string) =>
  topology.edges.filter((edge) => edge.source === source && edge.target === target && edge.state !== null).map((edge) => edge.state)

test('the four states come from what was seen and what the policies say', () => {
  const topology = topologyOf(
    SHOP,
    [
      aFlowEdge({ from: CART, to: API, port: 9000 }),
      aFlowEdge({ from: WEB, to: API, port: 9000, verdicts: { dropped: 3 } }),
      aFlowEdge({ from: CART, to: API, port: 9001, verdicts: { forwarded: 1 } }),
    ],
    { level: 'workload' },
  )
  const states = new Map(topology.edges.filter(({ relation }) => relation === 'traffic').map(({ id, state }) => [id, state]))
  expect(states.get(`${CART}>${API} traffic TCP 9000`)).toBe('allowed-used')
  expect(states.get(`${WEB}>${API} traffic TCP 9000`)).toBe('denied-tried')
  expect(states.get(`${CART}>${API} traffic TCP 9001`)).toBe('seen-though-denied')
  expect(stateOf(topology, WEB, CART)).toEqual(['allowed-unused'])
})

test('a pair that uses what it may reach has one edge, not two', () => {
  const topology = topologyOf(SHOP, [aFlowEdge({ from: WEB, to: CART, port: 8080 })], { level: 'workload' })
  expect(stateOf(topology, WEB, CART)).toEqual(['allowed-used'])
})

test('a denied edge names the policies that isolate when no record does', () => {
  const topology = topologyOf(SHOP, [aFlowEdge({ from: WEB, to: API, port: 9000, verdicts: { dropped: 1 } })], { level: 'workload' })
  const [denied] = topology.edges.filter(({ state }) => state === 'denied-tried')
  expect(denied?.policies).toEqual([{ policy: 'NetworkPolicy:payments/api', rule: null, confidence: 'inferred' }])
})

test('the Service hop is inferred only when exactly one Service fits', () => {
  const edges = [aFlowEdge({ from: WEB, to: CART, port: 8080 })]
  const one = topologyOf(SHOP, edges, { level: 'workload' })
  expect(one.edges.find(({ relation }) => relation === 'traffic')?.service).toEqual({ ref: 'svc:shop/cart', basis: 'inferred' })
  const second = aService({ name: 'cart-too', namespace: 'shop', selector: { app: 'cart' }, ports: [{ port: 8080 }] })
  const two = topologyOf([...SHOP, second], edges, { level: 'workload' })
  expect(two.edges.find(({ relation }) => relation === 'traffic')?.service).toBeNull()
})

test('name resolution is folded with its count, and a denied one is drawn with the system namespace it ends in', () => {
  const dns = (verdicts: object) => aFlowEdge({ from: WEB, to: DNS, port: 53, protocol: 'UDP', verdicts })
  const quiet = topologyOf(SHOP, [dns({ forwarded: 7 })])
  expect(quiet.edges.filter(({ relation }) => relation === 'traffic')).toEqual([])
  expect(quiet.folded.map(({ id, flows, nodes }) => [id, flows, nodes])).toEqual([
    ['system-namespaces', 0, 1],
    ['dns', 7, 0],
  ])
  const denied = topologyOf(SHOP, [dns({ dropped: 2 })])
  expect(stateOf(denied, 'shop', 'kube-system')).toEqual(['denied-tried'])
  expect(denied.nodes.some(({ id }) => id === 'kube-system')).toBe(true)
})

test('a fold that the viewer opened is drawn, and says that it is', () => {
  const topology = topologyOf(SHOP, [aFlowEdge({ from: WEB, to: DNS, port: 53, protocol: 'UDP' })], { show: ['dns', 'system-namespaces'] })
  expect(stateOf(topology, 'shop', 'kube-system')).toEqual(['allowed-used'])
  expect(topology.folded.every(({ folded }) => !folded)).toBe(true)
})

test('a namespace can be opened inside the namespace level', () => {
  const topology = topologyOf(SHOP, [aFlowEdge({ from: CART, to: API, port: 9000 })], { open: ['shop'] })
  const ids = topology.nodes.map(({ id }) => id)
  expect(ids).toContain(CART)
  expect(ids).not.toContain(API)
  expect(topology.nodes.find(({ id }) => id === CART)?.parent).toBe('shop')
  expect(stateOf(topology, CART, 'payments')).toEqual(['allowed-used'])
})

test('a namespace in view comes with what it talks to, closed', () => {
  const topology = topologyOf(SHOP, [aFlowEdge({ from: CART, to: API, port: 9000 })], { level: 'workload', namespaces: ['shop'] })
  expect(stateOf(topology, CART, 'payments')).toEqual(['allowed-used'])
  expect(topology.nodes.find(({ id }) => id === 'payments')?.kind).toBe('namespace')
})

test('a filter keeps the edges that fit and counts the others', () => {
  const edges = [aFlowEdge({ from: CART, to: API, port: 9000 }), aFlowEdge({ from: WEB, to: API, port: 9000, verdicts: { dropped: 4 } })]
  const topology = topologyOf(SHOP, edges, { filter: 'verdict:dropped' })
  expect(topology.edges.map(({ state }) => state)).toEqual(['denied-tried'])
  expect(topology.filtered).toEqual({ edges: 1, flows: 1 })
})

test('outside ends are grouped, and one that both calls and is called stands on both sides', () => {
  const topology = topologyOf(
    SHOP,
    [aFlowEdge({ from: 'ip:203.0.113.7', to: WEB, port: 8080 }), aFlowEdge({ from: WEB, to: 'ip:203.0.113.9', port: 443 })],
    { level: 'workload' },
  )
  const outside = topology.nodes.filter(({ kind }) => kind === 'external').map(({ id, ref, lane }) => [id, ref, lane])
  expect(outside).toEqual([
    ['from:cidr:203.0.113.0/24', 'cidr:203.0.113.0/24', 'entry'],
    ['cidr:203.0.113.0/24', 'cidr:203.0.113.0/24', 'external'],
  ])
})

test('names that objects have by themselves are names like others', () => {
  const names = ['__proto__', 'constructor', 'toString', 'n'.repeat(63)]
  const objects = names.flatMap((name) => [aNamespace({ name }), aDeployment({ name, namespace: name, podLabels: { [name]: name } })])
  const refs = names.map((name) => `${name}/${name}[Deployment]`)
  const edges = refs.flatMap((from) => refs.map((to) => aFlowEdge({ from, to })))
  for (const level of ['namespace', 'workload'] as const) {
    const topology = topologyOf(objects, edges, { level, show: ['unused'] })
    expect(topology.nodes.filter(({ kind }) => kind === 'namespace').map(({ id }) => id)).toEqual(expect.arrayContaining(names))
    expect(topology.edges.filter(({ relation }) => relation === 'traffic')).toHaveLength(names.length ** 2)
  }
})

const anEdge = fc
  .tuple(fc.constantFrom(WEB, CART, API, DNS, 'entity:world', 'ip:198.51.100.4'), fc.constantFrom(WEB, CART, API, DNS, 'ip:192.0.2.1'))
  .chain(([from, to]) =>
    fc
      .record({ port: fc.constantFrom(53, 80, 8080, 9000, null), forwarded: fc.nat(5), dropped: fc.nat(5) })
      .map(({ port, forwarded, dropped }) => aFlowEdge({ from, to, port, verdicts: { forwarded, dropped } })),
  )
const someEdges = fc.uniqueArray(anEdge, {
  selector: ({ source, destination, port }) => `${source.ref} ${destination.ref} ${port}`,
  maxLength: 40,
})
const someView = fc.record({
  level: fc.constantFrom('namespace', 'workload', 'pod', 'container' as const),
  namespaces: fc.constantFrom([], ['shop'], ['payments']),
  open: fc.constantFrom([], ['shop'], [CART]),
  show: fc.constantFrom([], ['dns'], ['unused', 'system-namespaces'] as const),
}) as fc.Arbitrary<Partial<TopologyView>>

test('every edge ends at drawn nodes, every box is drawn, ids are unique, and no refusal in view is missing', () => {
  fc.assert(
    fc.property(someEdges, someView, (edges, view) => {
      const topology = topologyOf(SHOP, edges, view)
      const nodes = new Map(topology.nodes.map((node) => [node.id, node]))
      expect(nodes.size).toBe(topology.nodes.length)
      expect(new Set(topology.edges.map(({ id }) => id)).size).toBe(topology.edges.length)
      for (const edge of topology.edges) expect(nodes.has(edge.source) && nodes.has(edge.target)).toBe(true)
      for (const node of topology.nodes) if (node.parent !== null) expect(nodes.has(node.parent)).toBe(true)

      const scope = view.namespaces ?? []
      const inView = ({ source, destination }: FlowEdge) =>
        scope.length === 0 || scope.includes(source.namespace ?? '') || scope.includes(destination.namespace ?? '')
      const refused = edges.filter(inView).reduce((sum, { verdicts }) => sum + verdicts.dropped, 0)
      expect(topology.edges.reduce((sum, { verdicts }) => sum + verdicts.dropped, 0)).toBe(refused)
    }),
    { numRuns: 150 },
  )
})

test('limits hide no edge that shows a denial, and the rest is counted', () => {
  const cluster = aCluster(SHOP)
  const index = new GraphIndex(cluster, compilePolicies(cluster))
  const flowEdges = [
    aFlowEdge({ from: WEB, to: API, port: 9000, verdicts: { dropped: 1 } }),
    ...[1, 2, 3, 4].map((port) => aFlowEdge({ from: WEB, to: CART, port })),
  ]
  const view = { ...WHOLE_CLUSTER, level: 'workload' as const }
  const limits = { ...defaultLimits('workload'), edges: 2, unusedEdges: 0 }
  const topology = buildTopology({ index, flowEdges, view, filter: null, at: 1_000_000, limits })
  expect(topology.edges.filter(({ state }) => state === 'denied-tried')).toHaveLength(1)
  expect(topology.edges).toHaveLength(3)
  const hidden = topology.folded.filter(({ folded }) => folded).reduce((sum, { edges }) => sum + edges, 0)
  expect(topology.total.edges).toBe(topology.edges.length + hidden)
})

test('runs that ended well are not counted among the pods that should be ready', () => {
  const aRun = (name: string, phase: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'import', uid: 'import', controller: true }],
    },
    spec: { containers: [] },
    status: { phase, conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }] },
  })
  const objects = [aNamespace({ name: 'shop' }), aRun('import-1', 'Succeeded'), aRun('import-2', 'Running'), aRun('import-3', 'Failed')]
  const shop = topologyOf(objects, []).nodes.find((node) => node.id === 'shop')
  expect(shop?.badges).toContainEqual({ id: 'pods', value: '1/2' })
})

test('what is in use is never listed as unused, also where the view shows only the unused', () => {
  const used = [aFlowEdge({ from: CART, to: API, port: 9000 })]
  const unusedOf = (view: Partial<TopologyView>) =>
    topologyOf(SHOP, used, { level: 'workload', states: ['allowed-unused'], ...view }).edges.map(
      ({ source, target }) => `${source} ${target}`,
    )
  expect(unusedOf({})).not.toContain(`${CART} ${API}`)
  expect(unusedOf({})).toContain(`${CART} ${WEB}`)
  expect(unusedOf({ filter: 'from:workload:shop/cart to:ns:payments' })).toEqual([])
})

test('what a pod did that is gone is no violation of the policies of now; what it was refused stays refused', () => {
  const stateOfGone = (verdicts: { forwarded?: number; dropped?: number }) =>
    stateOf(topologyOf(SHOP, [aFlowEdge({ from: WEB, fromPod: 'shop/web-gone', to: API, port: 9000, verdicts })]), 'shop', 'payments')
  expect(stateOfGone({ forwarded: 3 })).toContain('unknown')
  expect(stateOfGone({ forwarded: 3 })).not.toContain('seen-though-denied')
  expect(stateOfGone({ forwarded: 3, dropped: 1 })).toContain('denied-tried')
})

test("the API server's own Service is folded with its count, and drawn when asked for", () => {
  const objects = [...SHOP, aService({ name: 'kubernetes', namespace: 'default', selector: null, ports: [{ port: 443 }] })]
  const folded = topologyOf(objects, [], { level: 'workload' })
  expect(folded.nodes.some(({ id }) => id === 'svc:default/kubernetes')).toBe(false)
  expect(folded.folded.find(({ id }) => id === 'system-services')).toMatchObject({ nodes: 1, folded: true })
  const shown = topologyOf(objects, [], { level: 'workload', show: ['system-services'] })
  expect(shown.nodes.some(({ id }) => id === 'svc:default/kubernetes')).toBe(true)
})

test('a namespace with nothing in it is folded with its count, and drawn when asked for or when traffic or a Service stands in it', () => {
  const objects = [...SHOP, aNamespace({ name: 'default' })]
  const folded = topologyOf(objects, [], { level: 'workload' })
  expect(folded.nodes.some(({ id }) => id === 'default')).toBe(false)
  expect(folded.folded.find(({ id }) => id === 'empty-namespaces')).toMatchObject({
    nodes: 1,
    folded: true,
    label: '1 empty namespace folded',
  })
  expect(folded.total.nodes).toBe(folded.nodes.length + folded.folded.reduce((sum, fold) => sum + (fold.folded ? fold.nodes : 0), 0))

  const shown = topologyOf(objects, [], { level: 'workload', show: ['empty-namespaces'] })
  expect(shown.nodes.some(({ id }) => id === 'default')).toBe(true)
  expect(shown.folded.find(({ id }) => id === 'empty-namespaces')).toMatchObject({ nodes: 1, folded: false })

  const asked = topologyOf(objects, [], { level: 'workload', namespaces: ['default'] })
  expect(asked.nodes.some(({ id }) => id === 'default')).toBe(true)
  const withService = topologyOf(
    [...objects, aService({ name: 'door', namespace: 'default', selector: null, ports: [{ port: 443 }] })],
    [],
    {},
  )
  expect(withService.nodes.some(({ id }) => id === 'default')).toBe(true)
  expect(withService.folded.some(({ id }) => id === 'empty-namespaces')).toBe(false)
})
