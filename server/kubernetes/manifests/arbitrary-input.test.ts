import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { dependencies } from '@/lib/model/dependencies'
import { eastWestRoutes } from '@/lib/model/doors/east-west'
import { resolveEgress } from '@/lib/model/egress/resolve-egress'
import { followExternalName } from '@/lib/model/external-name'
import { buildIdentity } from '@/lib/model/identity'
import { formatProblem } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import { resolveDoors } from '@/lib/model/resolve-doors'
import { serviceEndpoints } from '@/lib/model/service-endpoints'
import { DEFAULT_MANIFEST_LIMITS } from './limits'
import { Collected, parseManifest } from './read-manifests'

/** Many runs on a busy machine. */
const SLOW_MS = 60_000

/** Reads a text and asks everything of it that anybody asks. */
async function readEverything(text: string) {
  const collected = new Collected(DEFAULT_MANIFEST_LIMITS)
  await parseManifest(text, 'fuzz.yaml', collected)
  const cluster = readCluster(collected.documents, { name: 'fuzz', source: 'manifests' })
  const lines = text.split('\n').length
  for (const problem of [...collected.finish('fuzz.yaml'), ...cluster.problems]) {
    expect(formatProblem(problem)).toMatch(/^fuzz\.yaml:\d+:\d+: ./)
    expect(problem.line).toBeGreaterThanOrEqual(1)
    expect(problem.line).toBeLessThanOrEqual(lines)
  }
  const identity = buildIdentity(cluster)
  for (const pod of cluster.pods.values()) for (const ip of pod.ips) expect(identity.byAddress(ip, 80).kind).not.toBe('invalid')
  for (const service of cluster.services.values()) {
    serviceEndpoints(cluster, service)
    followExternalName(cluster, service)
  }
  resolveDoors(cluster)
  resolveEgress(cluster)
  eastWestRoutes(cluster)
  for (const workload of cluster.workloads.values()) dependencies(cluster, workload)
  return cluster
}

const KINDS = [
  ...[
    'v1/Namespace',
    'v1/Node',
    'v1/Pod',
    'v1/Service',
    'v1/Endpoints',
    'v1/ConfigMap',
    'v1/Secret',
    'v1/ServiceAccount',
    'v1/List',
    'v1/ReplicationController',
  ],
  ...['apps/v1/Deployment', 'apps/v1/StatefulSet', 'apps/v1/DaemonSet', 'apps/v1/ReplicaSet', 'batch/v1/Job', 'batch/v1/CronJob'],
  ...[
    'discovery.k8s.io/v1/EndpointSlice',
    'networking.k8s.io/v1/Ingress',
    'extensions/v1beta1/Ingress',
    'networking.k8s.io/v1/IngressClass',
  ],
  ...['networking.k8s.io/v1/NetworkPolicy', 'networking.k8s.io/v1/ServiceCIDR', 'crd.projectcalico.org/v1/IPPool'],
  ...['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute', 'ListenerSet', 'ReferenceGrant'].map(
    (kind) => `gateway.networking.k8s.io/v1/${kind}`,
  ),
  ...['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP', 'TraefikService', 'Middleware', 'TLSOption'].map(
    (kind) => `traefik.io/v1alpha1/${kind}`,
  ),
  ...['Gateway', 'VirtualService', 'DestinationRule', 'ServiceEntry', 'Sidecar', 'WorkloadEntry'].map(
    (kind) => `networking.istio.io/v1/${kind}`,
  ),
  ...['VirtualServer', 'VirtualServerRoute', 'TransportServer'].map((kind) => `k8s.nginx.org/v1/${kind}`),
  ...['EgressIP', 'EgressFirewall', 'EgressService', 'AdminPolicyBasedExternalRoute'].map((kind) => `k8s.ovn.org/v1/${kind}`),
  ...['route.openshift.io/v1/Route', 'projectcontour.io/v1/HTTPProxy', 'split.smi-spec.io/v1alpha4/TrafficSplit'],
  ...['cilium.io/v2/CiliumEgressGatewayPolicy', 'crd.antrea.io/v1beta1/Egress', 'policy.linkerd.io/v1alpha1/EgressNetwork'],
]

/** Field names that readers look for, so that random objects go deep into them. */
const FIELDS = [
  ...[
    'metadata',
    'spec',
    'status',
    'name',
    'namespace',
    'labels',
    'annotations',
    'ownerReferences',
    'controller',
    'kind',
    'uid',
    'items',
    'template',
  ],
  ...[
    'containers',
    'initContainers',
    'ports',
    'containerPort',
    'hostPort',
    'protocol',
    'port',
    'targetPort',
    'nodePort',
    'selector',
    'matchLabels',
    'matchExpressions',
  ],
  ...[
    'clusterIP',
    'clusterIPs',
    'externalIPs',
    'type',
    'externalName',
    'podIPs',
    'podIP',
    'ip',
    'hostIP',
    'phase',
    'conditions',
    'addresses',
    'endpoints',
    'subsets',
  ],
  ...[
    'rules',
    'http',
    'paths',
    'backend',
    'service',
    'tls',
    'hosts',
    'host',
    'listeners',
    'parentRefs',
    'backendRefs',
    'hostnames',
    'allowedRoutes',
    'namespaces',
    'from',
  ],
  ...[
    'replicas',
    'hostNetwork',
    'podCIDR',
    'podCIDRs',
    'cidr',
    'cidrs',
    'address',
    'loadBalancer',
    'ingress',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...['routes', 'match', 'services', 'weighted', 'mirroring', 'mirrors', 'middlewares', 'chain', 'entryPoints', 'route', 'destination'],
  ...['subset', 'gateways', 'servers', 'number', 'weight', 'delegate', 'to', 'alternateBackends', 'upstreams', 'action', 'pass', 'splits'],
  ...['subroutes', 'includes', 'virtualhost', 'fqdn', 'selectors', 'podSelector', 'namespaceSelector', 'egressGateway', 'nodeSelector'],
  ...['egressIPs', 'destinationCIDRs', 'appliedTo', 'egress', 'networks', 'env', 'args', 'value', 'image'],
]

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '10.0.0.1',
    'fd00::1',
    '10.0.0.0/8',
    'web',
    'web',
    'default',
    'TCP',
    'http',
    'Pod',
    'Service',
    'None',
    'Selector',
    'LoadBalancer',
    'Host(`web`) && PathPrefix(`/`)',
    'web:80',
    'default/web',
    'mesh',
    'ExternalName',
    '__proto__',
  ),
  fc.integer({ min: -2, max: 70_000 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...FIELDS) }, fc.string({ maxLength: 5 })), tie('tree'), {
      maxKeys: 8,
      noNullPrototype: true,
    }),
  ),
}))
const part = fc.dictionary(fc.constantFrom(...FIELDS), tree, { maxKeys: 10, noNullPrototype: true })
const object = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    name: fc.constantFrom('web', 'db', '__proto__'),
    metadata: part,
    spec: part,
    status: part,
    rest: part,
  })
  .map(({ kind, name, metadata, spec, status, rest }) => {
    const slash = kind.lastIndexOf('/')
    return { ...rest, apiVersion: kind.slice(0, slash), kind: kind.slice(slash + 1), metadata: { ...metadata, name }, spec, status }
  })

test(
  'no text breaks the reader, and every problem has a place in the text',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.stringMatching(/^[-?:[\]{}#&*!|>'"%@` a\n,]{0,80}$/)),
        async (text) => {
          await readEverything(text)
        },
      ),
      { numRuns: 300 },
    )
  },
  SLOW_MS,
)

test(
  'no object breaks the readers or what resolves, written as JSON or as YAML',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 5 }), fc.boolean(), async (objects, asYaml) => {
        const text = asYaml
          ? objects.map((body) => stringify(body)).join('---\n')
          : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
        await readEverything(text)
      }),
      { numRuns: 100 },
    )
  },
  SLOW_MS,
)

test(
  'a broken document never costs its neighbours',
  async () => {
    const good = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[?:[\]{}#&*!|>'"@` a\n,]{0,60}$/), async (broken) => {
        const cluster = await readEverything(`${good('first')}---\n${broken}\n---\n${good('second')}`)
        expect([...cluster.pods.keys()].filter((ref) => /first|second/.test(ref))).toEqual(['default/first', 'default/second'])
      }),
      { numRuns: 300 },
    )
  },
  SLOW_MS,
)
