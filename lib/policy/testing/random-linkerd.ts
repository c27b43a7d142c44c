import fc from 'fast-check'
import type {
  NaiveAuthorizationPolicy,
  NaiveLinkerd,
  NaiveMeshTls,
  NaiveNetworks,
  NaiveReference,
  NaiveRoute,
  NaiveServer,
  NaiveServerAuthorization,
} from './naive-linkerd'
import type { NaiveMeshPod } from './naive-mesh'

/** A small cluster with Linkerd, in the plain form that both evaluators start from. */
export type RandomLinkerd = NaiveLinkerd & { readonly pods: readonly NaiveMeshPod[] }

/** Nobody says whether the pods of `mist` are in the mesh. */
const NAMESPACES = ['shop', 'pay', 'mist'] as const
const namespace = fc.constantFrom(...NAMESPACES)
const label = fc.constantFrom<Readonly<Record<string, string>>>({}, { app: 'web' }, { app: 'db' })

/** Every bound that a random policy can have, and its neighbours. */
export const LINKERD_PORTS: readonly number[] = [1, 79, 80, 81, 82, 443, 8080, 8081, 65535]
export const LINKERD_OUTSIDE: readonly string[] = ['9.255.255.255', '10.0.0.0', '10.0.0.8', '192.0.2.0', '192.0.3.0']
const PORT_NAMES = { http: 80, sql: 81 } as const

const network = fc.constantFrom<{ cidr: string; except?: string[] }>(
  { cidr: '0.0.0.0/0' },
  { cidr: '10.0.0.0/29', except: ['10.0.0.2/31'] },
  { cidr: '10.0.0.1' },
  { cidr: '192.0.2.0/24' },
)
const networks = fc.array(network, { minLength: 1, maxLength: 2 })
const suffix = 'serviceaccount.identity.linkerd.cluster.local'
const identity = fc.constantFrom('*', `web.shop.${suffix}`, `*.pay.${suffix}`, `*.${suffix}`, 'somebody.else')
const accessPolicy = fc.constantFrom(
  'deny',
  'all-unauthenticated',
  'all-authenticated',
  'cluster-unauthenticated',
  'cluster-authenticated',
  'audit',
)
const named = <Names extends string>(...names: readonly Names[]) => fc.constantFrom(...names)

const servers: fc.Arbitrary<readonly NaiveServer[]> = fc
  .array(
    fc.record({
      namespace,
      labels: fc.constantFrom<Readonly<Record<string, string>>>({}, { tier: 'a' }),
      isAged: fc.boolean(),
      spec: fc.record(
        {
          podSelector: fc.record({ matchLabels: label }),
          port: fc.constantFrom<number | string>(80, 81, 8080, 'http', 'sql', 'missing'),
          proxyProtocol: fc.constantFrom('unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'),
          accessPolicy,
        },
        { requiredKeys: ['podSelector', 'port'] },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map(({ namespace: inside, labels, isAged, spec }, index) => ({
      metadata: {
        ...{ name: `server-${index}`, namespace: inside, labels },
        ...(isAged ? { creationTimestamp: `2026-01-0${((index * 2) % 3) + 1}T00:00:00Z` } : {}),
      },
      spec,
    })),
  )

const serverName = named('server-0', 'server-1', 'server-2', 'server-3')
const account = fc.record({ name: named('web', 'db'), namespace: named(...NAMESPACES) }, { requiredKeys: ['name'] })

const client: fc.Arbitrary<NaiveServerAuthorization['spec']['client']> = fc
  .tuple(
    fc.option(networks, { nil: undefined }),
    fc.oneof(
      fc.constant({ unauthenticated: true }),
      fc.constant({ meshTLS: { unauthenticatedTLS: true } }),
      fc.array(identity, { minLength: 1, maxLength: 2 }).map((identities) => ({ meshTLS: { identities } })),
      fc.array(account, { minLength: 1, maxLength: 2 }).map((serviceAccounts) => ({ meshTLS: { serviceAccounts } })),
    ),
  )
  .map(([where, who]) => ({ ...(where === undefined ? {} : { networks: where }), ...who }))

const serverAuthorization: fc.Arbitrary<NaiveServerAuthorization> = fc.record({
  metadata: fc.record({ namespace }),
  spec: fc.record({
    server: fc.oneof(
      fc.record({ name: serverName }),
      fc.constantFrom({ selector: { matchLabels: { tier: 'a' } } }, { selector: { matchLabels: {} } }),
    ),
    client,
  }),
})

const reference = (kind: string, ...names: readonly string[]): fc.Arbitrary<NaiveReference> =>
  fc.record(
    { kind: fc.constant(kind), name: fc.constantFrom(...names), namespace: named(...NAMESPACES) },
    { requiredKeys: ['kind', 'name'] },
  )
const who = fc.oneof(reference('MeshTLSAuthentication', 'tls-0', 'tls-1', 'tls-9'), reference('ServiceAccount', 'web', 'db'))
const where = reference('NetworkAuthentication', 'net-0', 'net-1', 'net-9')

const policy: fc.Arbitrary<NaiveAuthorizationPolicy> = fc.record({
  metadata: fc.record({ namespace }),
  spec: fc.record({
    targetRef: fc.oneof(
      serverName.map((name) => ({ group: 'policy.linkerd.io', kind: 'Server', name })),
      fc.constant({ kind: 'Namespace', name: 'any' }),
      fc.record({
        group: named('policy.linkerd.io', 'gateway.networking.k8s.io'),
        kind: named('HTTPRoute', 'GRPCRoute'),
        name: named('route-0', 'route-1'),
      }),
    ),
    requiredAuthenticationRefs: fc.oneof(
      fc.constant<readonly NaiveReference[]>([]),
      who.map((one) => [one]),
      where.map((one) => [one]),
      fc.tuple(who, where).map((both): readonly NaiveReference[] => both),
    ),
  }),
})

const meshTls: fc.Arbitrary<NaiveMeshTls['spec']> = fc.oneof(
  fc.array(identity, { minLength: 1, maxLength: 2 }).map((identities) => ({ identities })),
  fc
    .array(
      fc.oneof(
        reference('ServiceAccount', 'web', 'db'),
        named(...NAMESPACES).map((name) => ({ kind: 'Namespace', name })),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((identityRefs) => ({ identityRefs })),
)

const inNamespaces = <Spec>(prefix: string, specs: readonly { readonly namespace: string; readonly spec: Spec }[]) =>
  specs.map(({ namespace: inside, spec }, index) => ({ metadata: { name: `${prefix}-${index}`, namespace: inside }, spec }))

const routes: fc.Arbitrary<readonly NaiveRoute[]> = fc
  .array(
    fc.record({
      group: named('policy.linkerd.io', 'gateway.networking.k8s.io'),
      kind: named('HTTPRoute', 'HTTPRoute', 'GRPCRoute'),
      namespace,
      servers: fc.uniqueArray(serverName, { minLength: 1, maxLength: 2 }),
      path: fc.constantFrom<string | null>(null, '/api'),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) =>
    all.map(({ namespace: inside, ...route }, index) => ({ ...route, metadata: { name: `route-${index}`, namespace: inside } })),
  )

const podShape = fc.record({
  namespace,
  labels: label,
  serviceAccount: named('web', 'db'),
  annotations: fc.record(
    {
      'config.linkerd.io/default-inbound-policy': accessPolicy,
      'config.linkerd.io/skip-inbound-ports': fc.constantFrom('443', '8080,443'),
    },
    { requiredKeys: [] },
  ),
  dataplane: fc.constantFrom<'sidecar' | 'no' | 'none'>('sidecar', 'sidecar', 'sidecar', 'sidecar', 'no', 'none'),
})

export const randomLinkerd: fc.Arbitrary<RandomLinkerd> = fc.record({
  pods: fc.array(podShape, { minLength: 4, maxLength: 6 }).map((shapes) =>
    shapes.map(
      ({ dataplane, ...shape }, index): NaiveMeshPod => ({
        kind: 'pod',
        name: `pod-${index}`,
        ip: `10.0.0.${index + 1}`,
        member: dataplane === 'none' ? (shape.namespace === 'mist' ? 'perhaps' : 'no') : dataplane,
        ...shape,
        annotations: shape.annotations as Readonly<Record<string, string>>,
      }),
    ),
  ),
  servers,
  serverAuthorizations: fc.array(serverAuthorization, { maxLength: 3 }),
  policies: fc.array(policy, { maxLength: 4 }),
  meshTls: fc
    .array(fc.record({ namespace, spec: meshTls }), { maxLength: 2 })
    .map((specs): readonly NaiveMeshTls[] => inNamespaces('tls', specs)),
  networks: fc
    .array(fc.record({ namespace, spec: fc.record({ networks }) }), { maxLength: 2 })
    .map((specs): readonly NaiveNetworks[] => inNamespaces('net', specs)),
  routes,
  portNames: fc.constant(PORT_NAMES),
  defaults: fc.dictionary(named('shop', 'pay'), accessPolicy, { maxKeys: 2, noNullPrototype: true }),
})

const GROUP = 'policy.linkerd.io'

/** The same as documents. */
export function linkerdDocumentsOf(linkerd: RandomLinkerd): readonly object[] {
  const documents = (kind: string, version: string, objects: readonly { readonly metadata: object; readonly spec: object }[]) =>
    objects.map(({ metadata, spec }, index) => ({
      apiVersion: `${GROUP}/${version}`,
      kind,
      metadata: { name: `${kind.toLowerCase()}-${index}`, ...metadata },
      spec,
    }))
  return [
    ...['shop', 'pay'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, annotations: defaultOf(linkerd.defaults[name]) },
    })),
    ...linkerd.pods.map(podDocument),
    ...documents('Server', 'v1beta3', linkerd.servers),
    ...documents('ServerAuthorization', 'v1beta1', linkerd.serverAuthorizations),
    ...documents('AuthorizationPolicy', 'v1alpha1', linkerd.policies),
    ...documents('MeshTLSAuthentication', 'v1alpha1', linkerd.meshTls),
    ...documents('NetworkAuthentication', 'v1alpha1', linkerd.networks),
    ...linkerd.routes.map(({ group, kind, metadata, servers: parents, path }) => ({
      apiVersion: `${group}/v1`,
      ...{ kind, metadata },
      spec: {
        parentRefs: parents.map((name) => ({ group: GROUP, kind: 'Server', name })),
        rules: [
          path === null ? {} : { matches: [kind === 'GRPCRoute' ? { method: { service: 'shop.Cart' } } : { path: { value: path } }] },
        ],
      },
    })),
  ]
}

function defaultOf(policyName: string | undefined): object {
  return policyName === undefined ? {} : { 'config.linkerd.io/default-inbound-policy': policyName }
}

function podDocument({ name, namespace: inside, labels, annotations, serviceAccount, ip, member }: NaiveMeshPod): object {
  const ports = Object.entries(PORT_NAMES).map(([portName, containerPort]) => ({ name: portName, containerPort }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: inside,
      labels,
      annotations: { ...annotations, ...(member === 'no' ? { 'linkerd.io/inject': 'disabled' } : {}) },
    },
    spec: {
      serviceAccountName: serviceAccount,
      containers: [{ name: 'app', ports }, ...(member === 'sidecar' ? [{ name: 'linkerd-proxy' }] : [])],
    },
    status: { phase: 'Running', podIPs: [{ ip }] },
  }
}
