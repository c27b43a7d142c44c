import fc from 'fast-check'
import type { NaiveIstio, NaiveIstioPolicy, NaivePeerAuthentication } from './naive-istio'
import type { NaiveMeshPod } from './naive-mesh'

/** A small cluster with Istio, in the plain form that both evaluators start from. */
export type RandomIstio = NaiveIstio & { readonly pods: readonly NaiveMeshPod[] }

/** `mist` is named by pods only: nobody says whether it is in the mesh. */
const NAMESPACES = ['shop', 'pay', 'mist'] as const
const anyNamespace = fc.constantFrom(...NAMESPACES, 'istio-system')
const label = fc.constantFrom<Readonly<Record<string, string>>>({}, { app: 'web' }, { app: 'db' })
const selector = fc.constantFrom<Readonly<Record<string, string>>>({ app: 'web' }, { app: 'db' }, { app: 'web', toString: 'x' })

/** Every bound that a random policy can have, and its neighbours. */
export const ISTIO_PORTS: readonly number[] = [1, 79, 80, 81, 82, 443, 8080, 8081, 15020, 65535]
export const ISTIO_OUTSIDE: readonly string[] = ['10.0.0.0', '10.0.0.8', '192.0.2.0', '192.0.3.0']
const PROTOCOLS = { 80: 'http', 81: 'tcp' } as const

const VALUES = {
  principals: ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/pay/*', '*/sa/db', '*'],
  namespaces: ['shop', 'p*', '*st', '*'],
  serviceAccounts: ['web', 'pay/db'],
  ipBlocks: ['10.0.0.0/29', '10.0.0.2', '192.0.2.0/24', '0.0.0.0/0'],
  remoteIpBlocks: ['10.0.0.0/30', '192.0.2.0/24'],
  requestPrincipals: ['*', 'issuer/subject'],
  ports: ['80', '81', '8080'],
  methods: ['GET', '*'],
  paths: ['/api/*', '*'],
  hosts: ['shop.example'],
  'source.ip': ['10.0.0.0/29', '10.0.0.1'],
  'source.namespace': ['shop', 'm*'],
  'source.principal': ['*/sa/web', '*'],
  'destination.ip': ['10.0.0.0/30'],
  'destination.port': ['80', '443'],
  'remote.ip': ['10.0.0.0/29'],
  'connection.sni': ['outbound'],
  'request.headers[x-team]': ['a'],
  'request.auth.principal': ['*'],
} as const

type Key = keyof typeof VALUES

const valuesOf = (key: Key) => fc.uniqueArray(fc.constantFrom<string>(...VALUES[key]), { minLength: 1, maxLength: 2 })
const notKey = (key: string): string => `not${key.charAt(0).toUpperCase()}${key.slice(1)}`

const listsOf = (...keys: readonly Key[]) =>
  fc
    .uniqueArray(
      fc
        .constantFrom(...keys)
        .chain((key) =>
          fc.tuple(fc.boolean(), valuesOf(key)).map(([isNegated, values]) => ({ key: isNegated ? notKey(key) : key, values })),
        ),
      { minLength: 1, maxLength: 2, selector: ({ key }) => key },
    )
    .map((lists) => Object.fromEntries(lists.map(({ key, values }) => [key, values])))

const source = listsOf('principals', 'namespaces', 'serviceAccounts', 'ipBlocks', 'remoteIpBlocks', 'requestPrincipals')
const operation = listsOf('ports', 'ports', 'methods', 'paths', 'hosts')
const CONDITIONS: readonly Key[] = [
  ...(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port'] as const),
  ...(['remote.ip', 'connection.sni', 'request.headers[x-team]', 'request.auth.principal'] as const),
]
const condition = fc
  .constantFrom(...CONDITIONS)
  .chain((key) =>
    fc.oneof(fc.record({ values: valuesOf(key) }), fc.record({ notValues: valuesOf(key) })).map((lists) => ({ key, ...lists })),
  )

const rule = fc.record(
  {
    from: fc.array(
      source.map((lists) => ({ source: lists })),
      { minLength: 1, maxLength: 2 },
    ),
    to: fc.array(
      operation.map((lists) => ({ operation: lists })),
      { minLength: 1, maxLength: 2 },
    ),
    when: fc.array(condition, { maxLength: 1 }),
  },
  { requiredKeys: [] },
)

const policy: fc.Arbitrary<NaiveIstioPolicy> = fc.record({
  metadata: fc.record(
    { namespace: anyNamespace, annotations: fc.constantFrom({ 'istio.io/dry-run': 'true' }, { 'istio.io/dry-run': 'false' }, {}, {}, {}) },
    { requiredKeys: ['namespace'] },
  ),
  spec: fc.record(
    {
      action: fc.constantFrom('ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'AUDIT', 'CUSTOM'),
      selector: selector.map((matchLabels) => ({ matchLabels })),
      rules: fc.array(rule, { maxLength: 2 }),
    },
    { requiredKeys: ['rules'] },
  ),
})

const mode = fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET').map((text) => ({ mode: text }) as { mode: 'STRICT' })
const mtls = fc.option(mode, { nil: undefined })
const authentication: fc.Arbitrary<NaivePeerAuthentication> = fc
  .record({
    namespace: fc.constantFrom('shop', 'shop', 'pay', 'mist', 'istio-system'),
    isAged: fc.boolean(),
    mtls,
    own: fc.option(
      fc.record({ matchLabels: selector, ports: fc.dictionary(fc.constantFrom('80', '443'), mode, { maxKeys: 2, noNullPrototype: true }) }),
      { nil: undefined },
    ),
  })
  .map(({ namespace, isAged, mtls: own, own: selected }) => ({
    metadata: { namespace, ...(isAged ? { creationTimestamp: 'later' } : {}) },
    spec: {
      ...(own === undefined ? {} : { mtls: own }),
      ...(selected === undefined ? {} : { selector: { matchLabels: selected.matchLabels }, portLevelMtls: selected.ports }),
    },
  }))

const podShape = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels: label,
  serviceAccount: fc.constantFrom('web', 'db'),
  isExcluding: fc.boolean(),
  dataplane: fc.constantFrom<'sidecar' | 'ambient' | 'no' | 'none'>('sidecar', 'sidecar', 'sidecar', 'ambient', 'ambient', 'no', 'none'),
})

export const randomIstio: fc.Arbitrary<RandomIstio> = fc.record({
  pods: fc.array(podShape, { minLength: 4, maxLength: 6 }).map((shapes) =>
    shapes.map(({ dataplane, isExcluding, ...shape }, index): NaiveMeshPod => {
      const unmarked = shape.namespace === 'mist' ? 'perhaps' : 'no'
      return {
        kind: 'pod',
        name: `pod-${index}`,
        ip: `10.0.0.${index + 1}`,
        member: dataplane === 'none' ? unmarked : dataplane,
        annotations: isExcluding ? { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } : {},
        ...shape,
      }
    }),
  ),
  policies: fc.array(policy, { minLength: 1, maxLength: 5 }),
  authentications: fc.array(authentication, { maxLength: 4 }).map((all) =>
    all.map(({ metadata, spec }, index) => ({
      spec,
      metadata:
        metadata.creationTimestamp === undefined
          ? metadata
          : { ...metadata, creationTimestamp: `2026-01-0${((index * 5) % 7) + 1}T00:00:00Z` },
    })),
  ),
  protocols: fc.constant(PROTOCOLS),
})

/** The same as documents. Every pod carries one more label, by which a Service of each namespace says what its ports speak. */
export function istioDocumentsOf({ pods, policies, authentications }: RandomIstio): readonly object[] {
  const ports = [
    { name: 'http-web', port: 80 },
    { name: 'sql', appProtocol: 'tcp', port: 81 },
    { name: 'http', port: 443 },
  ]
  const disagreeing = [{ name: 'tcp', port: 443 }]
  const service = (name: string, namespace: string, list: readonly object[]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { all: 'yes' }, ports: list },
  })
  return [
    ...['shop', 'pay'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...NAMESPACES.flatMap((namespace) => [service('one', namespace, ports), service('two', namespace, disagreeing)]),
    ...pods.map(podDocument),
    ...policies.map(({ metadata, spec }, index) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: `policy-${index}`, ...metadata },
      spec: spec.action === 'CUSTOM' ? { ...spec, provider: { name: 'opa' } } : spec,
    })),
    ...authentications.map(({ metadata, spec }, index) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: `authentication-${index}`, ...metadata },
      spec,
    })),
  ]
}

function podDocument({ name, namespace, labels, annotations, serviceAccount, ip, member }: NaiveMeshPod): object {
  const mark =
    member === 'ambient' ? { 'istio.io/dataplane-mode': 'ambient' } : member === 'no' ? { 'sidecar.istio.io/inject': 'false' } : {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels, all: 'yes', ...mark }, annotations },
    spec: { serviceAccountName: serviceAccount, containers: [{ name: 'app' }, ...(member === 'sidecar' ? [{ name: 'istio-proxy' }] : [])] },
    status: { phase: 'Running', podIPs: [{ ip }] },
  }
}
