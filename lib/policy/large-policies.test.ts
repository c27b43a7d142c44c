import { describe, expect, test } from 'vitest'
import type { Cluster } from '../model/cluster'
import type { RawObject } from '../model/object'
import { aCluster } from '../model/testing/a-cluster'
import { assumptionsOf } from './assumptions'
import { ciliumContext } from './cilium/cilium-context'
import { compileCiliumPolicy } from './cilium/cilium-policy'
import { ConnectionSets } from './connection-sets'
import { compileAdminNetworkPolicy } from './kubernetes/admin-network-policy'
import { compileClusterNetworkPolicy } from './kubernetes/cluster-network-policy'
import { compileNetworkPolicy } from './kubernetes/network-policy'
import { countingDocument } from './testing/counting-document'

const assumptions = assumptionsOf('kubernetes')
const cluster: Cluster = aCluster([])

function many<Item>(size: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: size }, (_, index) => make(index))
}

const expressions = (size: number): object => ({
  matchLabels: Object.fromEntries(many(size, (index) => [`k${index}`, 'v'])),
  matchExpressions: many(size, (index) => ({ key: `k${index}`, operator: 'In', values: ['a', 'b'] })),
})
const cidr = (index: number): string => `10.${(index >> 8) & 255}.${index & 255}.0/24`
const pods = { namespaceSelector: {}, podSelector: {} }

type Compile = (raw: RawObject, sets: ConnectionSets) => unknown
const compileCilium: Compile = (raw, sets) => compileCiliumPolicy(raw, ciliumContext(cluster, sets, assumptionsOf('cilium')))

/** Specs whose lists grow with `size`, so that each document is about so many times as large. */
const SPECS: readonly (readonly [string, Compile, (size: number) => object])[] = [
  [
    'NetworkPolicy',
    (raw, sets) => compileNetworkPolicy(raw, sets, assumptions),
    (size) => ({
      podSelector: expressions(size),
      ingress: [
        { ports: many(size, (index) => ({ port: 1 + 2 * index })) },
        { from: many(size, () => ({ podSelector: { matchLabels: { a: 'b' } } })) },
        { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: many(size, cidr) } }] },
        ...many(size, () => ({})),
      ],
    }),
  ],
  [
    'AdminNetworkPolicy',
    (raw, sets) => compileAdminNetworkPolicy(raw, sets, assumptions),
    (size) => ({
      priority: 1,
      subject: { namespaces: expressions(size) },
      egress: [
        { action: 'Deny', to: many(size, () => ({ pods })), ports: many(size, (index) => ({ portNumber: { port: 1 + 2 * index } })) },
        { action: 'Deny', to: [{ networks: many(size, cidr) }] },
        ...many(size, () => ({ action: 'Allow', to: [{ pods }] })),
      ],
    }),
  ],
  [
    'ClusterNetworkPolicy',
    (raw, sets) => compileClusterNetworkPolicy(raw, sets, assumptions),
    (size) => ({
      tier: 'Admin',
      priority: 1,
      subject: { pods: { namespaceSelector: expressions(size), podSelector: {} } },
      ingress: many(size, () => ({ action: 'Deny', from: [{ pods }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] })),
      egress: [{ action: 'Accept', to: [{ domainNames: many(size, (index) => `n${index}.example.com`) }] }],
    }),
  ],
  [
    'CiliumNetworkPolicy',
    compileCilium,
    (size) => ({
      endpointSelector: expressions(size),
      ingress: [
        { fromEndpoints: many(size, () => ({ matchLabels: { a: 'b' } })) },
        { fromCIDRSet: many(size, (index) => ({ cidr: cidr(index), except: [cidr(index)] })) },
        { fromEntities: many(size, () => 'world') },
        {
          toPorts: many(size, (index) => ({ ports: [{ port: String(1 + 2 * index), protocol: 'TCP' }], rules: { http: [{ path: '/' }] } })),
        },
        { toPorts: [{ ports: many(size, (index) => ({ port: String(1 + 2 * index) })) }] },
        ...many(size, () => ({ fromEndpoints: [{}] })),
      ],
    }),
  ],
]

describe('a policy sixteen times as large is read with about sixteen times the work', () => {
  test.each(SPECS)('%s', (kind, compile, specOf) => {
    const steps = (size: number): number => {
      const counting = countingDocument({ spec: specOf(size) })
      const [policy] = aCluster([{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' } }]).policies
      if (policy === undefined) throw new Error('the policy is missing')
      const sets = new ConnectionSets(assumptions.protocols)
      compile({ ...policy, meta: { ...policy.meta, kind }, body: counting.body }, sets)
      // Sets of ports that are only steps on the way would cost memory with the square of the size.
      expect(sets.size).toBeLessThan(4 * size + 20)
      return counting.steps()
    }
    expect(steps(1600) / steps(100)).toBeLessThan(20)
  })
})

test('twenty thousand ports in one rule are one set', () => {
  const sets = new ConnectionSets(assumptions.protocols)
  const id = sets.unionAll(many(20_000, (index) => sets.range('TCP', 1 + 2 * index, 1 + 2 * index)))
  expect([sets.has(id, 'TCP', 39_999), sets.has(id, 'TCP', 40_000), sets.ranges(id, 'TCP').length]).toEqual([true, false, 20_000])
})
