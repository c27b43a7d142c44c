import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PROTOCOLS } from '../../model/protocol'
import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from '../engine'
import { canBeAsked, endName, findConnection } from '../testing/find-connection'
import type { NaiveEnd } from '../testing/naive-network-policy'
import { naiveLayersAllow } from '../testing/naive-tiers'
import {
  ASKED_PORTS,
  clusterDocumentsOf,
  clusterPolicies,
  documentsOf,
  OUTSIDE,
  port,
  randomCluster,
  selector,
} from '../testing/random-clusters'
import type { ProfileName } from '../types'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/kubernetes/tiers.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 250)

function forEachPair(ends: readonly NaiveEnd[], visit: (from: NaiveEnd, to: NaiveEnd) => void): void {
  for (const from of ends) for (const to of ends) if (canBeAsked(from, to)) visit(from, to)
}

test('ClusterNetworkPolicy tiers agree with a naive second evaluator', () => {
  let decisions = 0
  fc.assert(
    fc.property(randomCluster, clusterPolicies, (cluster, layered) => {
      const documents = [...documentsOf(cluster), ...clusterDocumentsOf(layered)]
      const engine = compilePolicies(aCluster(documents), { profile: 'kubernetes' })
      expect(engine.problems).toEqual([])
      const isConnected = findConnection(engine.connectivity('pod', { external: false }))
      forEachPair(cluster.pods, (from, to) => {
        for (const protocol of PROTOCOLS) {
          for (const asked of ASKED_PORTS) {
            const expected = naiveLayersAllow({ cluster: layered, namespaced: cluster.policies }, { from, to, protocol, port: asked })
            const place = `${endName(from)} ${endName(to)} ${protocol} ${asked}`
            if (isConnected(from, to, protocol, asked) !== expected) throw new Error(`connectivity differs: ${place}`)
            decisions++
            if (decisions % 7 !== 0) continue
            const { verdict } = engine.evaluate({ from: endName(from), to: endName(to), protocol, port: asked })
            if (verdict !== (expected ? 'allowed' : 'denied')) throw new Error(`evaluate differs: ${place}`)
          }
        }
      })
    }),
    { numRuns: RUNS },
  )
  process.stdout.write(`ClusterNetworkPolicy: ${decisions} random decisions agree\n`)
}, 300_000)

const calicoEntity = fc.record(
  {
    selector: fc.constantFrom("app == 'web'", "app == 'outside'", 'has(team)', "!has(app) || toString != 'db'", 'all()'),
    notSelector: fc.constantFrom("app == 'db'", "app == 'outside'", "team in {'a', ''}"),
    namespaceSelector: fc.constantFrom("team == 'a'", 'all()', 'global()'),
    nets: fc.constantFrom(['10.0.0.0/30'], ['fd00::/127', '0.0.0.0/0']),
    notNets: fc.constantFrom(['10.0.0.1/32'], ['0.0.0.0/0']),
  },
  { requiredKeys: [] },
)
const calicoPorts = fc.constantFrom<object>({}, { ports: [80] }, { ports: ['53:8079', 'http'] }, { notPorts: [80, 'dns'] })
const calicoRule = fc
  .tuple(fc.constantFrom('Allow', 'Deny', 'Pass', 'Log'), fc.constantFrom('TCP', 'UDP'), calicoEntity, calicoEntity, calicoPorts)
  .map(([action, protocol, source, destination, ports]) => ({ action, protocol, source, destination: { ...destination, ...ports } }))
const calicoPolicies = fc
  .array(
    fc.record({
      order: fc.constantFrom(1, 5, 2000),
      tier: fc.constantFrom('default', 'early', 'nowhere'),
      selector: fc.constantFrom('all()', "app == 'web'", 'has(team)'),
      types: fc.constantFrom(['Ingress'], ['Ingress', 'Egress']),
      ingress: fc.array(calicoRule, { maxLength: 3 }),
      egress: fc.array(calicoRule, { maxLength: 3 }),
    }),
    { maxLength: 4 },
  )
  .map((specs) => [
    { apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata: { name: 'early' }, spec: { order: 10, defaultAction: 'Pass' } },
    {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkSet',
      metadata: { name: 'outside', labels: { app: 'outside' } },
      spec: { nets: ['192.0.2.0/25', '10.0.0.2/32', 'fd00::/126'] },
    },
    ...specs.map((spec, index) => ({
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: `g${index}` },
      spec,
    })),
  ])

const ciliumRule = (prefix: 'from' | 'to'): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.oneof(
        fc.array(selector, { maxLength: 2 }).map((selectors) => ({ [`${prefix}Endpoints`]: selectors })),
        fc.constantFrom('all', 'world', 'cluster', 'none').map((entity) => ({ [`${prefix}Entities`]: [entity] })),
        fc.constant({ [`${prefix}CIDR`]: ['10.0.0.0/30'] }),
        fc.constant({}),
      ),
      fc.option(fc.array(port, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    )
    .map(([peers, ports]) => ({
      ...peers,
      ...(ports && { toPorts: [{ ports: ports.map(({ port = 0, ...rest }) => ({ ...rest, port: String(port) })) }] }),
    }))
const ciliumPolicies = fc
  .array(
    fc.record(
      {
        ingress: fc.array(ciliumRule('from'), { maxLength: 2 }),
        ingressDeny: fc.array(ciliumRule('from'), { maxLength: 1 }),
        egress: fc.array(ciliumRule('to'), { maxLength: 2 }),
        egressDeny: fc.array(ciliumRule('to'), { maxLength: 1 }),
        enableDefaultDeny: fc.constantFrom({ ingress: false }, { egress: false }),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  )
  .map((specs) =>
    specs.map((spec, index) => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: `c${index}`, namespace: index % 2 === 0 ? 'shop' : 'pay' },
      spec: { endpointSelector: {}, ...spec },
    })),
  )

/** The whole connectivity is computed with sets, one answer with steps: two ways that must meet. */
function compareWays(engine: PolicyEngine, ends: readonly NaiveEnd[]): number {
  let decisions = 0
  const isConnected = findConnection(engine.connectivity('pod'))
  forEachPair(ends, (from, to) => {
    for (const protocol of PROTOCOLS) {
      for (const asked of ASKED_PORTS) {
        const { verdict } = engine.evaluate({ from: endName(from), to: endName(to), protocol, port: asked })
        decisions++
        if (isConnected(from, to, protocol, asked) !== (verdict === 'allowed')) {
          throw new Error(`${endName(from)} ${endName(to)} ${protocol} ${asked} is ${verdict}, and otherwise in the connectivity`)
        }
      }
    }
  })
  return decisions
}

test.each<[ProfileName, fc.Arbitrary<readonly object[]>]>([
  ['calico', calicoPolicies],
  ['cilium', ciliumPolicies],
])(
  'one answer and the whole connectivity agree under %s',
  (profile, policies) => {
    let decisions = 0
    fc.assert(
      fc.property(randomCluster, policies, clusterPolicies, (cluster, own, layered) => {
        const documents = [...documentsOf(cluster), ...clusterDocumentsOf(layered), ...own]
        const engine = compilePolicies(aCluster(documents), { profile })
        expect(engine.problems.filter(({ severity }) => severity === 'error')).toEqual([])
        decisions += compareWays(engine, [...cluster.pods, ...OUTSIDE])
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    )
    expect(decisions).toBeGreaterThan(RUNS)
  },
  300_000,
)
