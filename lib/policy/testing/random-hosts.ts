import fc from 'fast-check'
import { calicoDocumentsOf } from './calico-documents'
import type { NaiveHost } from './naive-calico-hosts'
import type { NaiveLabels } from './naive-calico-selector'
import type { CalicoWorld, NaiveCalicoPolicy } from './naive-calico-world'
import { randomCalicoWorld } from './random-calico'

/** Random clusters on two machines, with host endpoints on one or both. */
export type HostWorld = {
  /** What naive rules see: host endpoints stand among the network sets, whose labels selectors find by address. */
  readonly world: CalicoWorld
  readonly hosts: readonly NaiveHost[]
  readonly documents: readonly object[]
}

export const MACHINES = [
  { node: 'n1', ip: '172.16.0.1' },
  { node: 'n2', ip: '172.16.0.2' },
] as const

/** Pods stand on the machines in turn. */
export function nodeOfPod(index: number): string {
  return MACHINES[index % MACHINES.length]?.node ?? ''
}

const host = fc.record({
  labels: fc.dictionary(fc.constantFrom('app', 'team'), fc.constantFrom('web', 'a'), { maxKeys: 2, noNullPrototype: true }),
  profiles: fc.constantFrom<readonly string[]>(
    [],
    ['projectcalico-default-allow'],
    ['kns.shop'],
    ['nobody', 'projectcalico-default-allow'],
  ),
})

export const randomHostWorld: fc.Arbitrary<HostWorld> = fc
  .record({
    world: randomCalicoWorld,
    hosts: fc.array(host, { minLength: 1, maxLength: 2 }),
    flags: fc.array(fc.constantFrom('plain', 'forward', 'forward', 'untracked', 'preDNAT'), { minLength: 5, maxLength: 5 }),
  })
  .map(({ world: open, hosts: shapes, flags }): HostWorld => {
    const hosts = shapes.map((shape, index): NaiveHost & { readonly own: NaiveLabels } => {
      const { node, ip } = MACHINES[index] ?? MACHINES[0]
      const inherited = open.profiles.find(({ name }) => shape.profiles.includes(name))?.labelsToApply
      return { name: `host-${index}`, node, ip, ...shape, own: shape.labels, labels: { ...inherited, ...shape.labels } }
    })
    const world = { ...open, policies: open.policies.map((policy, index) => flagged(policy, flags[index] ?? 'plain')) }
    const labelled = hosts.map(({ name, ip, labels }) => ({ name, namespace: null, namespaceLabels: {}, labels, nets: [`${ip}/32`] }))
    return {
      world: { ...world, sets: [...world.sets, ...labelled] },
      hosts,
      documents: [
        ...calicoDocumentsOf(world, (index) => nodeOfPod(index)),
        ...MACHINES.map(({ node, ip }) => ({
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: node },
          status: { addresses: [{ type: 'InternalIP', address: ip }] },
        })),
        ...hosts.map(({ name, node, ip, own, profiles }) => ({
          apiVersion: 'projectcalico.org/v3',
          kind: 'HostEndpoint',
          metadata: { name, labels: own },
          spec: { node, interfaceName: '*', expectedIPs: [ip], profiles },
        })),
      ],
    }
  })

function flagged(policy: NaiveCalicoPolicy, flag: string): NaiveCalicoPolicy {
  if (policy.namespace !== null) return policy
  const { doNotTrack, preDNAT, types, egress, ...spec } = policy.spec
  const whole = { ...spec, ...(types === undefined ? {} : { types }), ...(egress === undefined ? {} : { egress }) }
  switch (flag) {
    case 'forward':
      return { ...policy, spec: { ...whole, applyOnForward: true } }
    case 'untracked':
      return { ...policy, spec: { ...whole, applyOnForward: true, doNotTrack: true } }
    case 'preDNAT':
      return { ...policy, spec: { ...spec, applyOnForward: true, preDNAT: true, types: ['Ingress'] } }
    default:
      return { ...policy, spec: whole }
  }
}
