import { expect, test } from 'vitest'
import { aCluster, type ClusterTestOptions } from '../testing/a-cluster'
import { aDeployment, aNamespace, aNode, anObject, aPod, aService } from '../testing/objects'
import { defaultExits } from './default-exit'
import { resolveEgress } from './resolve-egress'

const wayOf = (objects: readonly object[], id: string, options: ClusterTestOptions = {}) => {
  const ways = resolveEgress(aCluster(objects, options))
  const way = ways.find((candidate) => candidate.id === id)
  if (way === undefined) throw new Error(`no way out ${id} among ${ways.map((one) => one.id).join(', ')}`)
  return way
}
const texts = (way: ReturnType<typeof wayOf>) => way.problems.map(({ code, message }) => `${code}: ${message}`)
const bot = aPod({ name: 'bot', namespace: 'shop', labels: { app: 'bot' } })

const ciliumPolicy = (
  selectors: readonly object[],
  nodeSelector: object = { matchLabels: { gate: 'yes' } },
  name = 'out',
  egressIP = '192.0.2.10',
) =>
  anObject('cilium.io/v2', 'CiliumEgressGatewayPolicy', {
    name,
    spec: {
      selectors,
      destinationCIDRs: ['198.51.100.7/24'],
      excludedCIDRs: ['198.51.100.9/32'],
      egressGateway: { nodeSelector, egressIP },
    },
  })
const bots = [{ podSelector: { matchLabels: { app: 'bot', 'io.kubernetes.pod.namespace': 'shop' } } }]

test('a policy of Cilium sends selected pods through a machine to ranges', () => {
  const way = wayOf([bot, aNode({ name: 'gate', labels: { gate: 'yes' } }), ciliumPolicy(bots)], 'CiliumEgressGatewayPolicy:out')
  expect(way).toMatchObject({
    sources: ['shop/bot[Pod]'],
    machines: ['gate'],
    addresses: ['192.0.2.10'],
    destinations: [{ kind: 'range', text: '198.51.100.0/24' }],
    problems: [],
  })
})

test('pods, machines and labels that are not there make the policy do nothing', () => {
  expect(
    texts(wayOf([aNode(), bot, ciliumPolicy([{ podSelector: { matchLabels: { app: 'no' } } }])], 'CiliumEgressGatewayPolicy:out')),
  ).toEqual([
    'selects-nothing: CiliumEgressGatewayPolicy out selects no pod',
    'machine-missing: no machine has the labels that CiliumEgressGatewayPolicy out asks for',
  ])
  const quoted = wayOf([bot, ciliumPolicy(bots, { matchLabels: { gate: true } })], 'CiliumEgressGatewayPolicy:out')
  expect(quoted.problems.map(({ code, at }) => [code, at?.path])).toEqual([
    ['selector-unreadable', ['spec', 'egressGateway', 'nodeSelector', 'matchLabels', 'gate']],
  ])
  const unread = { unread: ['/Pod', '/Node'] }
  expect(texts(wayOf([ciliumPolicy(bots)], 'CiliumEgressGatewayPolicy:out', unread))).toEqual([])
})

test('Cilium without egress gateways carries no policy out', () => {
  const config = (data: object) => anObject('v1', 'ConfigMap', { name: 'cilium-config', namespace: 'kube-system', extra: { data } })
  const problemsWith = (data: object) => texts(wayOf([bot, config(data), ciliumPolicy(bots)], 'CiliumEgressGatewayPolicy:out'))
  expect(problemsWith({ 'enable-egress-gateway': 'true' })).toEqual([])
  expect(problemsWith({ 'enable-ipv4-egress-gateway': 'true' })).toEqual([])
  expect(problemsWith({ 'enable-policy': 'default' })).toHaveLength(1)
})

test('how pods leave that no object is for', () => {
  const pool = anObject('crd.projectcalico.org/v1', 'IPPool', { name: 'default', spec: { cidr: '10.244.0.0/16', natOutgoing: true } })
  const agent = anObject('v1', 'ConfigMap', {
    name: 'ip-masq-agent',
    namespace: 'kube-system',
    extra: { data: { config: 'nonMasqueradeCIDRs:\n  - 10.0.0.0/8\nresyncInterval: 60s\n' } },
  })
  expect(defaultExits(aCluster([pool, agent])).map(({ pods, text }) => `${pods} ${text}`)).toEqual([
    '10.244.0.0/16 with the address of their machine (source NAT)',
    'all pods with the address of their machine (source NAT), except to 10.0.0.0/8',
  ])
})

test('two policies that give the same pods different addresses for the same range overlap', () => {
  const two = [bot, ciliumPolicy(bots), ciliumPolicy(bots, {}, 'other', '192.0.2.11')]
  expect(texts(wayOf(two, 'CiliumEgressGatewayPolicy:out'))).toEqual([
    'overlap: CiliumEgressGatewayPolicy other also gives shop/bot[Pod] an address for the same destinations',
  ])
  expect(texts(wayOf([bot, ciliumPolicy(bots), ciliumPolicy(bots, {}, 'same')], 'CiliumEgressGatewayPolicy:out'))).toEqual([])
})

test('an EgressIP says on which machine its addresses are; an EgressFirewall says what a namespace may reach, in order', () => {
  const shop = aNamespace({ name: 'shop', labels: { team: 'a' } })
  const egressIp = anObject('k8s.ovn.org/v1', 'EgressIP', {
    name: 'a',
    spec: { egressIPs: ['192.0.2.10'], namespaceSelector: { matchLabels: { team: 'a' } } },
    extra: { status: { items: [{ node: 'node-1', egressIP: '192.0.2.10' }] } },
  })
  expect(wayOf([shop, bot, egressIp], 'EgressIP:a')).toMatchObject({
    sources: ['shop/bot[Pod]'],
    machines: ['node-1'],
    destinations: [{ kind: 'anything' }],
    standing: { by: 'status' },
  })
  const firewall = anObject('k8s.ovn.org/v1', 'EgressFirewall', {
    name: 'default',
    namespace: 'shop',
    spec: {
      egress: [
        { type: 'Allow', to: { dnsName: 'API.example.com' }, ports: [{ protocol: 'TCP', port: 443 }] },
        { type: 'Deny', to: { cidrSelector: '0.0.0.0/0' } },
      ],
    },
  })
  const way = wayOf([shop, bot, firewall], 'EgressFirewall:shop/default')
  expect(way.destinations).toMatchObject([{ kind: 'name', text: 'api.example.com', note: 'TCP 443' }])
  expect(way.facts[0]?.value).toBe('allow API.example.com (TCP 443); deny 0.0.0.0/0')
})

test('an Egress of Antrea, an EgressNetwork of Linkerd and gateway pods of Calico', () => {
  const antrea = anObject('crd.antrea.io/v1beta1', 'Egress', {
    name: 'out',
    spec: { appliedTo: { podSelector: { matchLabels: { app: 'bot' } } }, externalIPPool: 'gone' },
  })
  expect(texts(wayOf([bot, antrea], 'Egress:out'))).toEqual([
    'machine-missing: Egress out takes its address from ExternalIPPool gone, which does not exist',
  ])
  const network = anObject('policy.linkerd.io/v1alpha1', 'EgressNetwork', {
    name: 'all',
    namespace: 'shop',
    spec: { trafficPolicy: 'Deny', networks: [{ cidr: '0.0.0.0/0' }] },
  })
  const route = anObject('gateway.networking.k8s.io/v1', 'TLSRoute', {
    name: 'api',
    namespace: 'shop',
    spec: { parentRefs: [{ group: 'policy.linkerd.io', kind: 'EgressNetwork', name: 'all' }], hostnames: ['api.example.com'], rules: [{}] },
  })
  expect(wayOf([network, route], 'EgressNetwork:shop/all').destinations).toMatchObject([{ kind: 'name', text: 'api.example.com' }])
  const annotated = (value: string) => aPod({ name: 'red', namespace: 'shop', annotations: { 'egress.projectcalico.org/selector': value } })
  const gate = aPod({ name: 'gate', namespace: 'shop', labels: { gateway: 'red' }, ip: '192.0.2.30' })
  const calico = wayOf([annotated("gateway == 'red'"), gate], 'CalicoEgress:shop/red')
  expect([calico.proxies, calico.addresses, calico.problems]).toEqual([['shop/gate[Pod]'], ['192.0.2.30'], []])
  expect(texts(wayOf([annotated("gateway == 'blue'"), gate], 'CalicoEgress:shop/red'))).toHaveLength(1)
  expect(texts(wayOf([annotated("gateway in {'blue'}"), gate], 'CalicoEgress:shop/red'))).toHaveLength(1)
  expect(texts(wayOf([annotated("has(gateway) && gateway != 'blue'"), gate], 'CalicoEgress:shop/red'))).toEqual([])
  expect(texts(wayOf([annotated('gateway ~ red'), gate], 'CalicoEgress:shop/red'))[0]).toContain('selector-unreadable')
})

test('the gateway pods of Calico may stand in namespaces that a selector picks by name', () => {
  const gates = ['shop', 'gates'].map((namespace) => aPod({ name: 'gate', namespace, labels: { gateway: 'red' } }))
  const from = (spaces: string) =>
    aPod({
      name: 'red',
      namespace: 'shop',
      annotations: { 'egress.projectcalico.org/selector': 'has(gateway)', 'egress.projectcalico.org/namespaceSelector': spaces },
    })
  const proxies = (spaces: string) => wayOf([from(spaces), ...gates], 'CalicoEgress:shop/red').proxies
  expect(proxies("projectcalico.org/name == 'gates'")).toEqual(['gates/gate[Pod]'])
  expect(proxies('all()')).toEqual(['gates/gate[Pod]', 'shop/gate[Pod]'])
})

test('an egress gateway of the Gateway API has the pods of its own namespace', () => {
  const api = (kind: string, name: string, spec: object) =>
    anObject('gateway.networking.k8s.io/v1', kind, { name, namespace: 'shop', spec })
  const parts = [
    api('Gateway', 'out', { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] }),
    api('HTTPRoute', 'on', {
      parentRefs: [{ name: 'out' }],
      rules: [1, 2].map(() => ({
        backendRefs: [{ group: 'networking.istio.io', kind: 'Hostname', name: 'api.example.com', port: 80 }],
      })),
    }),
    ...['shop', 'other'].map((namespace) => aPod({ name: 'gate', namespace, labels: { 'gateway.networking.k8s.io/gateway-name': 'out' } })),
  ]
  const way = wayOf(parts, 'Gateway:shop/out')
  expect(way.proxies).toEqual(['shop/gate[Pod]'])
  expect(way.destinations.map(({ text, port }) => `${text}:${port}`)).toEqual(['api.example.com:80'])
})

test('a label that only Cilium gives to pods selects them for Cilium alone', () => {
  const byNamespace = { matchLabels: { 'io.kubernetes.pod.namespace': 'shop' } }
  const antrea = anObject('crd.antrea.io/v1beta1', 'Egress', {
    name: 'out',
    spec: { appliedTo: { podSelector: byNamespace }, egressIP: '192.0.2.1' },
  })
  expect(wayOf([bot, antrea], 'Egress:out').pods).toBe(0)
  expect(wayOf([bot, ciliumPolicy([{ podSelector: byNamespace }])], 'CiliumEgressGatewayPolicy:out').pods).toBe(1)
})

const istio = (kind: string, name: string, spec: object) => anObject('networking.istio.io/v1', kind, { name, namespace: 'shop', spec })
const gateway = istio('Gateway', 'gate', {
  selector: { istio: 'egressgateway' },
  servers: [{ port: { number: 80, protocol: 'HTTP', name: 'http' }, hosts: ['api.example.com'] }],
})
const entry = istio('ServiceEntry', 'api', {
  hosts: ['api.example.com'],
  ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
  resolution: 'DNS',
})
const proxies = [
  aDeployment({ name: 'gate', namespace: 'shop', podLabels: { istio: 'egressgateway' } }),
  aService({ name: 'gate', namespace: 'shop', selector: { istio: 'egressgateway' } }),
]
const half = (gateways: readonly string[], host: string) => ({
  match: [{ gateways }],
  route: [{ destination: { host, port: { number: 80 } } }],
})
const both = [half(['mesh'], 'gate'), half(['gate'], 'api.example.com')]
const virtualService = (http: readonly object[]) =>
  istio('VirtualService', 'api', { hosts: ['api.example.com'], gateways: ['mesh', 'gate'], http })

test('an egress gateway of Istio needs both halves, pods and a ServiceEntry', () => {
  const whole = wayOf([bot, ...proxies, gateway, entry, virtualService(both)], 'IstioGateway:shop/gate')
  expect(whole).toMatchObject({
    sources: ['shop/bot[Pod]'],
    proxies: ['shop/gate[Deployment]'],
    destinations: [{ kind: 'name', text: 'api.example.com', port: 80, works: true }],
    problems: [],
  })
  const problemsOf = (objects: readonly object[]) =>
    texts(wayOf([bot, ...objects], 'IstioGateway:shop/gate')).map((text) => text.slice('half-missing: '.length))
  expect(problemsOf([gateway, entry, virtualService(both)])).toEqual([
    'egress gateway shop/gate has no pods: nothing has the labels istio=egressgateway',
  ])
  expect(problemsOf([...proxies, gateway, virtualService(both)])).toEqual([
    'no ServiceEntry declares api.example.com, to which VirtualService shop/api leads: the gateway does not know it',
  ])
  expect(problemsOf([...proxies, gateway, entry, virtualService(both.slice(0, 1))])).toEqual([
    'VirtualService shop/api has no route that leads on from the egress gateway shop/gate',
  ])
  expect(problemsOf([...proxies, gateway, entry, virtualService(both.slice(1))])).toEqual([
    'VirtualService shop/api has no route that sends what sidecars call to the egress gateway shop/gate',
  ])
  expect(problemsOf([...proxies, gateway, entry])).toHaveLength(1)
})
