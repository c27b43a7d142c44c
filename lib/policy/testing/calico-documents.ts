import type { CalicoWorld } from './naive-calico-world'
import { clusterDocumentsOf } from './random-clusters'

/** A random Calico cluster as documents; `nodeOf` says on which machine each pod stands, by its position. */
export function calicoDocumentsOf(world: CalicoWorld, nodeOf: (index: number) => string | null = () => null): readonly object[] {
  const calico = (kind: string, name: string, namespace: string | null, spec: object, labels: object = {}): object => ({
    apiVersion: 'projectcalico.org/v3',
    kind,
    metadata: { name, labels, ...(namespace === null ? {} : { namespace }) },
    spec,
  })
  const places = new Map(world.pods.map((pod) => [pod.namespace, pod.namespaceLabels]))
  for (const set of world.sets) if (set.namespace !== null) places.set(set.namespace, set.namespaceLabels)
  const accounts = new Map(
    world.pods.map((pod) => [
      `${pod.namespace}/${pod.serviceAccount}`,
      { ...pod, labels: pod.serviceAccountLabels, name: pod.serviceAccount },
    ]),
  )
  return [
    ...[...places].map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...[...accounts.values()].map(({ namespace, name, labels }) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, labels },
    })),
    ...world.pods.map((pod, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod.name, namespace: pod.namespace, labels: pod.labels },
      spec: {
        serviceAccountName: pod.serviceAccount,
        ...(nodeOf(index) === null ? {} : { nodeName: nodeOf(index) }),
        containers: [{ name: 'app', ports: pod.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })) }],
      },
      status: { phase: 'Running', podIPs: pod.ips.map((ip) => ({ ip })) },
    })),
    ...world.kubernetes.map(({ namespace, spec }, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${index}`, namespace },
      spec,
    })),
    ...clusterDocumentsOf(world.cluster),
    ...world.tiers.map(({ name, ...spec }) => calico('Tier', name, null, spec)),
    ...world.sets.map(({ name, namespace, labels, nets }) =>
      calico(namespace === null ? 'GlobalNetworkSet' : 'NetworkSet', name, namespace, { nets }, labels),
    ),
    ...world.profiles.map(({ name, ...spec }) => calico('Profile', name, null, spec)),
    ...world.policies.map(({ name, namespace, spec }) =>
      calico(namespace === null ? 'GlobalNetworkPolicy' : 'NetworkPolicy', name, namespace, spec),
    ),
    ...world.services.flatMap(({ namespace, name, endpoints }) => [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { ports: [{ port: 80, targetPort: 'web', protocol: 'TCP' }] },
      },
      ...endpoints.map(({ ip, port, protocol }, index) => ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: `${name}-${index}`, namespace, labels: { 'kubernetes.io/service-name': name } },
        addressType: ip.includes(':') ? 'IPv6' : 'IPv4',
        ports: [{ name: '', port, protocol }],
        endpoints: [{ addresses: [ip], conditions: { ready: true } }],
      })),
    ]),
  ]
}
