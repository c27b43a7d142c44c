import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aNode, aPod, aService } from '../../model/testing/objects'
import { compilePolicies, type PolicyEngine } from '../engine'
import { expectBrokenToBeNeutral } from '../testing/broken-policy'
import { calicoDocumentsOf } from '../testing/calico-documents'
import { mutate, mutations } from '../testing/mutate-document'
import { randomCalicoWorld } from '../testing/random-calico'

// More in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/calico/malformed-calico.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 150)

const objects = [
  aNode({ name: 'n', ip: '192.168.0.1' }),
  aPod({ name: 'a', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', ports: [{ name: 'http', containerPort: 80 }] }),
  aPod({ name: 'b', namespace: 'pay', labels: { app: 'db' }, ip: '10.0.0.2' }),
  aService({ name: 'web', namespace: 'shop', selector: { app: 'web' } }),
]
const pods = ['shop/a', 'pay/b'] as const
const targets = ['pay/b', 'svc:shop/web', 'ip:203.0.113.1', 'ip:192.168.0.1', 'entity:world']
const calico = (kind: string, name: string, spec: object, labels: object = {}): object => {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, labels }, spec }
}
const isolate = calico('GlobalNetworkPolicy', 'isolate', { types: ['Ingress', 'Egress'], order: 1 })

function compile(documents: readonly object[]): PolicyEngine {
  return compilePolicies(aCluster([...objects, ...documents]), { profile: 'calico' })
}

/** One policy or staged policy of a random cluster. */
const document = fc
  .tuple(
    randomCalicoWorld.filter(({ policies }) => policies.length > 0),
    fc.boolean(),
  )
  .map(([world, isOld]) => {
    const found = calicoDocumentsOf({ ...world, kubernetes: [] }).find(
      (one) => 'kind' in one && /^(Global)?NetworkPolicy$/.test(String(one.kind)),
    )
    return { ...found, apiVersion: isOld ? 'crd.projectcalico.org/v1' : 'projectcalico.org/v3' } as Readonly<Record<string, unknown>>
  })

test('a policy that cannot be read neither opens nor closes anything for sure, and says where it is wrong', () => {
  let broken = 0
  fc.assert(
    fc.property(document, mutations, (policy, changes) => {
      if (expectBrokenToBeNeutral(policy, changes, { compile, pods, isolate: [isolate], targets })) broken++
    }),
    { numRuns: RUNS },
  )
  expect(broken).toBeGreaterThan(0)
}, 3_600_000)

test('what policies refer to and cannot be read opens nothing for sure', () => {
  const spec = fc.constantFrom<object>(
    { nets: ['10.0.0.0/8', '::/0'], order: 1, defaultAction: 'Pass', node: 'n', interfaceName: '*', expectedIPs: ['10.0.0.1'] },
    { nets: ['10.0.0.1/32'], defaultAction: 'Deny', ingress: [{ action: 'Allow' }], labelsToApply: { role: 'set' } },
  )
  const kind = fc.constantFrom('Tier', 'GlobalNetworkSet', 'HostEndpoint', 'Profile')
  // Only what the broken object says could let something through.
  const rule = { action: 'Allow', source: { selector: "role == 'set'" }, destination: {} }
  const policies = [
    calico('GlobalNetworkPolicy', 'some', { tier: 't', order: 1, types: ['Ingress', 'Egress'], ingress: [rule], egress: [rule] }),
    isolate,
  ]
  let broken = 0
  fc.assert(
    fc.property(kind, spec, mutations, (kind, spec, changes) => {
      const mutated = calico(kind, kind === 'Profile' ? 'kns.shop' : 't', mutate(spec, changes) as object, { role: 'set' })
      const engine = compile([...policies, mutated])
      if (engine.problems.every(({ severity }) => severity !== 'error')) return
      broken++
      const intact = compile(policies).connectivity('pod', { external: false }).connections
      for (const { src, dst } of engine.connectivity('pod', { external: false }).connections) {
        expect(intact.some((row) => row.src === src && row.dst === dst)).toBe(true)
      }
    }),
    { numRuns: RUNS },
  )
  expect(broken).toBeGreaterThan(0)
}, 3_600_000)
