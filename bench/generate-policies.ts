/**
 * A large cluster with policies of mixed kinds, as people write them: most namespaces closed for ingress and some for egress, one allow
 * policy an application, DNS and outside addresses with exceptions, ports by number, range and name, and a few cluster-wide rules.
 */
export type GeneratedSize = { readonly pods: number; readonly policies: number }

const REPLICAS = 5
const WORKLOADS_PER_NAMESPACE = 20
const NAME_LABEL = 'kubernetes.io/metadata.name'

/** The same size gives the same documents. */
export function* generatePolicyCluster({ pods, policies }: GeneratedSize): Iterable<object> {
  const workloads = Math.max(2, Math.round(pods / REPLICAS))
  const namespaces = Math.ceil(workloads / WORKLOADS_PER_NAMESPACE)
  for (let namespace = 0; namespace < namespaces; namespace++) {
    const labels = { [NAME_LABEL]: nameOf(namespace), team: `team-${namespace % 12}`, env: namespace % 4 === 0 ? 'dev' : 'prod' }
    yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name: nameOf(namespace), labels } }
  }
  for (let pod = 0; pod < pods; pod++) yield podOf(pod)
  yield* policiesOf(namespaces, policies)
}

function nameOf(namespace: number): string {
  return `ns-${namespace}`
}

/** Pod number `pod`, with the labels of its revision and, as of a StatefulSet, of its own. */
export function podOf(pod: number, revision = 0): object {
  const workload = Math.floor(pod / REPLICAS)
  const namespace = Math.floor(workload / WORKLOADS_PER_NAMESPACE)
  const app = `app-${workload % WORKLOADS_PER_NAMESPACE}`
  const hash = `${(workload * 2_654_435_761 + revision) % 4_294_967_296}`
  const isStateful = workload % 7 === 0
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: isStateful ? `${app}-${pod % REPLICAS}` : `${app}-${hash}-${pod % REPLICAS}`,
      namespace: nameOf(namespace),
      labels: {
        app,
        tier: ['front', 'back', 'data'][workload % 3],
        'app.kubernetes.io/part-of': `system-${namespace % 30}`,
        ...(isStateful
          ? { 'statefulset.kubernetes.io/pod-name': `${app}-${pod % REPLICAS}`, 'apps.kubernetes.io/pod-index': `${pod % REPLICAS}` }
          : { 'pod-template-hash': hash }),
      },
      ownerReferences: [
        isStateful
          ? { apiVersion: 'apps/v1', kind: 'StatefulSet', name: app, uid: `${namespace}-${app}`, controller: true }
          : { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-${hash}`, uid: `${namespace}-${app}`, controller: true },
      ],
    },
    spec: {
      nodeName: `node-${pod % 200}`,
      serviceAccountName: app,
      containers: [
        { name: 'app', ports: [{ name: workload % 2 === 0 ? 'http' : 'grpc', containerPort: workload % 2 === 0 ? 8080 : 9090 }] },
        { name: 'proxy', ports: [{ name: 'metrics', containerPort: 9100 + (workload % 3) }] },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      podIPs: [{ ip: `10.${64 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}` }],
    },
  }
}

const CLUSTER_WIDE = 20

function* policiesOf(namespaces: number, total: number): Iterable<object> {
  yield* clusterWide()
  const rest = total - CLUSTER_WIDE
  for (let index = 0; index < rest; index++) yield networkPolicy(index % namespaces, Math.floor(index / namespaces))
}

/** The kinds of policies a namespace gets one after the other: first the closed door, then who may come in. Another `version` has rules of another kind. */
export function networkPolicy(namespace: number, index: number, version = 0): object {
  const apps = { own: `app-${(index * 3) % WORKLOADS_PER_NAMESPACE}`, caller: `app-${(index * 3 + 1) % WORKLOADS_PER_NAMESPACE}` }
  const own = { matchLabels: { app: apps.own } }
  const specs: readonly (() => object)[] = [
    () => ({ podSelector: {}, policyTypes: namespace % 2 === 0 ? ['Ingress', 'Egress'] : ['Ingress'] }),
    () => ({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        { to: [{ podSelector: {} }] },
        {
          to: [{ namespaceSelector: { matchLabels: { [NAME_LABEL]: 'ns-0' } }, podSelector: { matchLabels: { app: 'app-0' } } }],
          ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }],
        },
      ],
    }),
    () => ({ podSelector: own, ingress: [{ from: [{ podSelector: { matchLabels: { app: apps.caller } } }], ports: [{ port: 8080 }] }] }),
    () => ({
      podSelector: { matchLabels: { tier: 'front' } },
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { team: `team-${namespace % 12}` } } }],
          ports: [{ port: 8000, endPort: 8999 }],
        },
      ],
    }),
    () => ({
      podSelector: own,
      egress: [
        {
          to: [
            {
              ipBlock: {
                cidr: `198.${18 + (index % 2)}.${namespace % 256}.0/24`,
                except: [`198.${18 + (index % 2)}.${namespace % 256}.128/25`],
              },
            },
          ],
          ports: [{ port: 443 }],
        },
      ],
    }),
    () => ({
      podSelector: own,
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { [NAME_LABEL]: 'ns-1' } } }], ports: [{ port: 'metrics' }] }],
    }),
    () => ({
      podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['back', 'data'] }] },
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['dev'] }] },
              podSelector: { matchLabels: { tier: 'front', app: apps.caller } },
            },
          ],
          ports: [{ port: 'http' }, { port: 'grpc' }],
        },
      ],
    }),
    () => ({
      podSelector: own,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '169.254.169.254/32'] } }], ports: [{ port: 8443 }] }],
      egress: [{ to: [{ namespaceSelector: {} }] }],
    }),
  ]
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace: nameOf(namespace) },
    spec: specs[kindOf(namespace, index + version)]?.(),
  }
}

/** Four namespaces in five are closed first; what comes after differs from namespace to namespace. */
function kindOf(namespace: number, index: number): number {
  const isOpen = namespace % 5 === 4
  if (!isOpen && index < 2) return index
  return 2 + ((index + namespace) % 6)
}

function* clusterWide(): Iterable<object> {
  const all = { namespaces: {} }
  for (let index = 0; index < CLUSTER_WIDE - 1; index++) {
    const isTiered = index % 2 === 0
    const subject = { namespaces: { matchLabels: { team: `team-${index % 12}` } } }
    const peer = { namespaces: { matchLabels: { env: index % 3 === 0 ? 'dev' : 'prod', team: `team-${(index + 1) % 12}` } } }
    yield isTiered
      ? {
          apiVersion: 'policy.networking.k8s.io/v1alpha1',
          kind: 'AdminNetworkPolicy',
          metadata: { name: `admin-${index}` },
          spec: {
            priority: index + 1,
            subject,
            ingress: [
              {
                name: 'monitoring',
                action: 'Allow',
                from: [{ namespaces: { matchLabels: { [NAME_LABEL]: 'ns-1' } } }],
                ports: [{ portNumber: { protocol: 'TCP', port: 9100 } }],
              },
              { name: 'debug', action: 'Deny', from: [peer], ports: [{ portRange: { protocol: 'TCP', start: 2345, end: 2350 } }] },
              { name: 'rest', action: 'Pass', from: [all] },
            ],
          },
        }
      : {
          apiVersion: 'policy.networking.k8s.io/v1alpha2',
          kind: 'ClusterNetworkPolicy',
          metadata: { name: `cluster-${index}` },
          spec: {
            tier: 'Admin',
            priority: 100 + index,
            subject,
            egress: [
              { name: 'metadata', action: 'Deny', to: [{ networks: ['169.254.169.254/32'] }] },
              {
                name: 'dns',
                action: 'Accept',
                to: [{ namespaces: { matchLabels: { [NAME_LABEL]: 'ns-0' } } }],
                protocols: [{ udp: { destinationPort: { number: 53 } } }],
              },
            ],
          },
        }
  }
  yield {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: {
      subject: { namespaces: { matchLabels: { env: 'dev' } } },
      ingress: [{ name: 'from-prod', action: 'Deny', from: [{ namespaces: { matchLabels: { env: 'prod' } } }] }],
    },
  }
}
