import fc from 'fast-check'
import type { CiliumPolicy, CiliumPort, CiliumRule, CiliumSpec } from './naive-cilium'
import type { NaiveSelector } from './naive-network-policy'
import { portName, portNumber, protocol, selector } from './random-clusters'
import { WORLD_CIDRS } from './random-world'

/** Where the API server is: an address outside, one of the asked ones. */
export const API_SERVER = '192.0.2.0'

/** Services that rules may name, and the labels of their pods. */
export const SERVICES: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ['shop/web', { app: 'web' }],
  ['pay/db', { app: 'db' }],
])

/** Labels that only Cilium gives, with and without their source. */
const special: fc.Arbitrary<NaiveSelector> = fc.constantFrom<NaiveSelector>(
  { matchLabels: { 'k8s:app': 'web' } },
  { matchLabels: { 'any:app': 'db' } },
  { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'pay' } },
  { matchLabels: { 'any:io.kubernetes.pod.namespace': 'constructor' } },
  { matchLabels: { 'io.kubernetes.pod.namespace': 'shop', app: 'web' } },
  { matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'NotIn', values: ['shop'] }] },
  { matchLabels: { 'io.cilium.k8s.namespace.labels.team': 'a' } },
  { matchExpressions: [{ key: 'k8s:io.cilium.k8s.namespace.labels.team', operator: 'DoesNotExist' }] },
  { matchLabels: { 'io.cilium.k8s.policy.serviceaccount': 'teller' } },
  { matchExpressions: [{ key: 'io.cilium.k8s.policy.cluster', operator: 'Exists' }] },
  { matchLabels: { 'io.cilium.k8s.policy.cluster': 'elsewhere' } },
  { matchLabels: { 'reserved:host': '' } },
  { matchLabels: { 'reserved:world': '' } },
  { matchExpressions: [{ key: 'reserved:world', operator: 'DoesNotExist' }] },
  { matchExpressions: [{ key: 'reserved:remote-node', operator: 'Exists' }] },
)
const ciliumSelector = fc.oneof({ weight: 2, arbitrary: selector }, { weight: 3, arbitrary: special })
/** Every pod often, so that rules and policies meet and contradict each other. */
const subject = fc.oneof({ weight: 3, arbitrary: fc.constant<NaiveSelector>({}) }, { weight: 1, arbitrary: ciliumSelector })

const selectors = fc.oneof(
  { weight: 1, arbitrary: fc.constant<readonly NaiveSelector[]>([]) },
  { weight: 8, arbitrary: fc.array(ciliumSelector, { minLength: 1, maxLength: 2 }) },
)

const entity = fc.constantFrom(
  ...['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'cluster-mesh', 'host', 'remote-node', 'kube-apiserver', 'none', 'init'],
  'namespace',
)
const cidrSet = fc.constantFrom(
  { cidr: '0.0.0.0/0' },
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/29', '192.0.2.0/24'] },
  { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] },
  { cidr: '::/0', except: ['fd00::/125'] },
  { cidr: '10.0.1.0/30' },
)

function peers(prefix: 'from' | 'to', isDeny: boolean): fc.Arbitrary<CiliumRule> {
  const service = fc.constantFrom('shop/web', 'pay/db', 'pay/none').map((ref) => {
    const [namespace = '', serviceName = ''] = ref.split('/')
    return { k8sService: { serviceName, namespace } }
  })
  const ofEgress: fc.Arbitrary<CiliumRule>[] = [
    fc.array(service, { maxLength: 2 }).map((toServices) => ({ toServices })),
    fc.constantFrom({}, { matchLabels: { pool: 'edge' } }).map((labels) => ({ toNodes: [labels] })),
    ...(isDeny ? [] : [fc.constant({ toFQDNs: [{ matchPattern: '*.example.com' }] })]),
  ]
  return fc.oneof(
    { weight: 6, arbitrary: selectors.map((list) => ({ [`${prefix}Endpoints`]: list })) },
    { weight: 3, arbitrary: fc.uniqueArray(entity, { maxLength: 2 }).map((list) => ({ [`${prefix}Entities`]: list })) },
    {
      weight: 2,
      arbitrary: fc.uniqueArray(fc.constantFrom(...WORLD_CIDRS), { maxLength: 2 }).map((list) => ({ [`${prefix}CIDR`]: list })),
    },
    { weight: 2, arbitrary: fc.uniqueArray(cidrSet, { maxLength: 2 }).map((list) => ({ [`${prefix}CIDRSet`]: list })) },
    { weight: 2, arbitrary: fc.constant({}) },
    ...(prefix === 'to' ? ofEgress : []),
  )
}

const port: fc.Arbitrary<CiliumPort> = fc.oneof(
  fc.record({ port: portNumber.map(String), protocol: fc.oneof(protocol, fc.constant('ANY')) }, { requiredKeys: ['port'] }),
  fc.tuple(portNumber, portNumber, protocol).map(([a, b, p]) => ({ port: String(Math.min(a, b)), endPort: Math.max(a, b), protocol: p })),
  fc.record({ port: portName, protocol }, { requiredKeys: ['port'] }),
  protocol.map((protocol) => ({ port: '0', protocol })),
)
const plainItem = fc.array(port, { minLength: 1, maxLength: 2 }).map((ports) => ({ ports }))
const requestItem = fc.constantFrom(80, 8080).map((number) => ({
  ports: [{ port: String(number), protocol: 'TCP' }],
  rules: { http: [{ method: 'GET' }] },
}))

function rule(prefix: 'from' | 'to', isDeny: boolean): fc.Arbitrary<CiliumRule> {
  const item = isDeny ? plainItem : fc.oneof({ weight: 4, arbitrary: plainItem }, { weight: 1, arbitrary: requestItem })
  const authentication = fc.constantFrom<CiliumRule>(...new Array<CiliumRule>(14).fill({}), ...REQUIRED)
  return fc
    .tuple(peers(prefix, isDeny), fc.option(fc.array(item, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }), authentication)
    .map(([peers, toPorts, more]) => ({ ...peers, ...(toPorts && { toPorts }), ...(isDeny ? {} : more) }))
}

const REQUIRED: readonly CiliumRule[] = [{ authentication: { mode: 'required' } }, { authentication: { mode: 'test-always-fail' } }]

const spec: fc.Arbitrary<CiliumSpec> = fc.record(
  {
    endpointSelector: subject,
    ingress: fc.array(rule('from', false), { minLength: 1, maxLength: 2 }),
    ingressDeny: fc.array(rule('from', true), { maxLength: 1 }),
    egress: fc.array(rule('to', false), { minLength: 1, maxLength: 2 }),
    egressDeny: fc.array(rule('to', true), { maxLength: 1 }),
    enableDefaultDeny: fc.constantFrom({ ingress: false }, { egress: false }, { ingress: true, egress: true }),
  },
  { requiredKeys: ['endpointSelector'] },
)

/** Namespaced and clusterwide policies, each with one rule set or several. Without bias towards the first of each choice. */
export const ciliumPolicies: fc.Arbitrary<readonly CiliumPolicy[]> = fc.noBias(
  fc.array(fc.record({ namespace: fc.constantFrom('shop', 'pay', null), specs: fc.array(spec, { minLength: 1, maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
)

/** The policies as documents, with the Services and the API server that they may name. */
export function ciliumDocuments(policies: readonly CiliumPolicy[]): readonly object[] {
  return [
    ...[...SERVICES].map(([ref, selector]) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: ref.split('/')[0], name: ref.split('/')[1] },
      spec: { selector, ports: [{ port: 80 }] },
    })),
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [API_SERVER] }],
      ports: [{ port: 6443 }],
    },
    ...policies.map(({ namespace, specs }, index) => ({
      apiVersion: 'cilium.io/v2',
      kind: namespace === null ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
      metadata: { name: `c${index}`, ...(namespace === null ? {} : { namespace }) },
      ...(specs.length === 1 ? { spec: specs[0] } : { specs }),
    })),
  ]
}
