import fc from 'fast-check'
import { labels, portName, protocol } from './random-clusters'

/** A small cluster with machines and pods of every sort, in plain form. Naive evaluators read it as it stands. */
export type World = {
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly machines: readonly Machine[]
  readonly pods: readonly WorldPod[]
}

export type Machine = {
  readonly kind: 'machine'
  readonly name: string
  readonly ips: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

export type WorldPod = {
  readonly kind: 'pod'
  readonly name: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly serviceAccount: string
  readonly machine: string
  readonly hostNetwork: boolean
  /** One, both families, or none yet. */
  readonly ips: readonly string[]
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
}

export type Outside = { readonly kind: 'outside'; readonly ips: readonly string[] }

/** One end of a packet. */
export type WorldEnd = WorldPod | Machine | Outside

const NAMESPACES = {
  shop: { 'kubernetes.io/metadata.name': 'shop', team: 'a' },
  pay: { 'kubernetes.io/metadata.name': 'pay', team: 'b' },
  constructor: { 'kubernetes.io/metadata.name': 'constructor' },
} as const

const MACHINES: readonly Machine[] = [
  { kind: 'machine', name: 'node-1', ips: ['10.0.1.1'], labels: { pool: 'core' } },
  { kind: 'machine', name: 'node-2', ips: ['10.0.1.2'], labels: { pool: 'edge', zone: 'x' } },
]

/** Every bound of `WORLD_CIDRS`, from both sides, without the addresses of pods and machines. */
export const WORLD_OUTSIDE: readonly Outside[] = [
  ...['9.255.255.255', '10.0.0.0', '10.0.0.7', '10.0.0.8', '10.0.0.255', '10.0.1.0', '10.0.1.3', '192.0.1.255', '192.0.2.0', '192.0.2.127'],
  ...['192.0.2.128', '192.0.3.0', 'fcff::', 'fd00::', 'fd00::7', 'fd00::8'],
].map((ip) => ({ kind: 'outside', ips: [ip] }))

export const WORLD_CIDRS = [
  '0.0.0.0/0',
  '10.0.0.0/29',
  '10.0.0.2/31',
  '10.0.1.0/30',
  '192.0.2.0/24',
  '192.0.2.128/25',
  '::/0',
  'fd00::/125',
] as const

const shape = fc.record({
  namespace: fc.constantFrom(...Object.keys(NAMESPACES)),
  labels,
  serviceAccount: fc.constantFrom('default', 'teller'),
  machine: fc.constantFrom('node-1', 'node-2'),
  sort: fc.constantFrom('v4', 'v4', 'v6', 'dual', 'dual', 'none', 'host'),
  ports: fc.uniqueArray(fc.record({ name: portName, port: fc.constantFrom(53, 80, 8080), protocol }), {
    maxLength: 2,
    selector: (port) => `${port.port}${port.protocol}`,
  }),
})

export const randomWorld: fc.Arbitrary<World> = fc.noBias(fc.array(shape, { minLength: 2, maxLength: 5 })).map((shapes) => ({
  namespaces: NAMESPACES,
  machines: MACHINES,
  pods: shapes.map(({ sort, ...pod }, index): WorldPod => {
    const [v4, v6] = [`10.0.0.${index + 1}`, `fd00::${index + 1}`]
    const ips = { v4: [v4], v6: [v6], dual: [v4, v6], none: [], host: MACHINES.find(({ name }) => name === pod.machine)?.ips ?? [] }[sort]
    return { kind: 'pod', name: `pod-${index}`, hostNetwork: sort === 'host', ips, ...pod }
  }),
}))

/** Who sends and receives: pods, machines, and every address bound outside. */
export function endsOf({ pods, machines }: World): readonly WorldEnd[] {
  return [...pods, ...machines, ...WORLD_OUTSIDE]
}

/** The end as questions and rows name it. */
export function worldName(end: WorldEnd): string {
  return end.kind === 'pod' ? `${end.namespace}/${end.name}` : `ip:${end.ips[0]}`
}

/** True for a pod that policies select and see by its labels. */
export function isSubject(end: WorldEnd): end is WorldPod {
  return end.kind === 'pod' && !end.hostNetwork
}

/** The machine that an end is to policies; null for everything else. */
export function machineOf(world: World, end: WorldEnd): Machine | null {
  if (end.kind === 'machine') return end
  if (end.kind !== 'pod' || !end.hostNetwork) return null
  return world.machines.find(({ name }) => name === end.machine) ?? null
}

/** The address that an end uses in a family; null for a pod that has none yet. */
export function addressIn(end: WorldEnd, family: 4 | 6 | null): string | null {
  return end.ips.find((ip) => ip.includes(':') === (family === 6)) ?? null
}

/** The families that two ends can speak: what both have, where a pod without address may still get any. */
export function familiesBetween(from: WorldEnd, to: WorldEnd): readonly (4 | 6 | null)[] {
  const families = (end: WorldEnd): readonly (4 | 6)[] => ([4, 6] as const).filter((family) => addressIn(end, family) !== null)
  if (from.ips.length === 0) return to.ips.length === 0 ? [null] : families(to)
  return to.ips.length === 0 ? families(from) : families(from).filter((family) => families(to).includes(family))
}

/** The cluster as Kubernetes documents. */
export function worldDocuments({ namespaces, machines, pods }: World): readonly object[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...machines.map(({ name, ips, labels }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      status: { addresses: ips.map((address) => ({ type: 'InternalIP', address })) },
    })),
    ...pods.map((pod) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod.name, namespace: pod.namespace, labels: pod.labels },
      spec: {
        nodeName: pod.machine,
        hostNetwork: pod.hostNetwork,
        serviceAccountName: pod.serviceAccount,
        containers: [{ name: 'app', ports: pod.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })) }],
      },
      status: { phase: 'Running', podIPs: pod.ips.map((ip) => ({ ip })) },
    })),
  ]
}
