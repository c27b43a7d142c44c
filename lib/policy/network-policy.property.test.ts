import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../model/address'
import { aCluster } from '../model/testing/a-cluster'
import { compilePolicies, type PolicyEngine } from './engine'
import { type NaiveEnd, naiveAllows } from './testing/naive-network-policy'
import { documentsOf, policy, type RandomCluster, randomCluster } from './testing/random-clusters'

// Millions in a longer run: SLUICE_PROPERTY_RUNS=5000 npx vitest run lib/policy/network-policy.property.test.ts
const RUNS = Number(process.env.SLUICE_PROPERTY_RUNS ?? 150)
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const
/** Every bound that a random rule can have, and its neighbours. */
const PORTS = [1, 2, 52, 53, 54, 79, 80, 81, 82, 443, 8079, 8080, 8081, 65534, 65535]
/** Every bound of the random CIDRs, from both sides. */
const OUTSIDE: readonly NaiveEnd[] = [
  ...['9.255.255.255', '10.0.0.0', '10.0.0.7', '10.0.0.8', '192.0.1.255', '192.0.2.0', '192.0.2.127', '192.0.2.128', '192.0.3.0'],
  ...['fcff::', 'fd00::', 'fd00::3', 'fd00::4'],
].map((ip) => ({ kind: 'address', ip }))

function engineOf(cluster: RandomCluster, ipBlockMatchesPodIPs: boolean): PolicyEngine {
  return compilePolicies(aCluster(documentsOf(cluster)), { profile: 'kubernetes', assumptions: { ipBlockMatchesPodIPs } })
}

function nameOf(end: NaiveEnd): string {
  return end.kind === 'pod' ? `${end.namespace}/${end.name}` : `ip:${end.ip}`
}

function isSameFamily(a: NaiveEnd, b: NaiveEnd): boolean {
  return a.ip.includes(':') === b.ip.includes(':')
}

/** Answers from the whole connectivity, as a reader of its rows would find them. */
function lookup(engine: PolicyEngine): (from: NaiveEnd, to: NaiveEnd, protocol: (typeof PROTOCOLS)[number], port: number) => boolean {
  const connectivity = engine.connectivity('pod')
  expect(connectivity.unknown).toEqual([])
  const rows = new Map<string, (typeof connectivity.connections)[number][]>()
  const sideOf = (name: string): string => (name.startsWith('ip:') ? 'outside' : name)
  for (const row of connectivity.connections) {
    const key = `${sideOf(row.src)} ${sideOf(row.dst)}`
    rows.set(key, [...(rows.get(key) ?? []), row])
  }
  return (from, to, protocol, port) =>
    (rows.get(`${sideOf(nameOf(from))} ${sideOf(nameOf(to))}`) ?? []).some(
      ({ src, dst, conns }) =>
        isInside(src, from) &&
        isInside(dst, to) &&
        (conns === 'all' || (conns !== 'none' && (conns[protocol] ?? []).some(([low, high]) => low <= port && port <= high))),
    )
}

function isInside(name: string, end: NaiveEnd): boolean {
  if (end.kind === 'pod') return true
  const [first = '', last = first] = name.slice(3).split('-')
  const [low, high, asked] = [parseAddress(first), parseAddress(last), parseAddress(end.ip)]
  if (low === null || high === null || asked === null) throw new Error(`no addresses in ${name}`)
  return low.family === asked.family && low.value <= asked.value && asked.value <= high.value
}

describe('NetworkPolicy against a naive second evaluator', () => {
  test('both agree on every pair, port bound and address bound of random clusters', () => {
    let decisions = 0
    fc.assert(
      fc.property(randomCluster, fc.boolean(), (cluster, ipBlockMatchesPodIPs) => {
        const engine = engineOf(cluster, ipBlockMatchesPodIPs)
        expect(engine.problems).toEqual([])
        const isConnected = lookup(engine)
        const ends: readonly NaiveEnd[] = [...cluster.pods, ...OUTSIDE]
        for (const from of ends) {
          for (const to of ends) {
            if (from === to || !isSameFamily(from, to) || (from.kind === 'address' && to.kind === 'address')) continue
            for (const protocol of PROTOCOLS) {
              for (const port of PORTS) {
                const expected = naiveAllows(cluster.policies, { from, to, protocol, port }, ipBlockMatchesPodIPs)
                const question = { from: nameOf(from), to: nameOf(to), protocol, port }
                if (isConnected(from, to, protocol, port) !== expected) throw new Error(`connectivity differs: ${JSON.stringify(question)}`)
                decisions++
                if (decisions % 7 !== 0) continue
                const { verdict } = engine.evaluate(question)
                if (verdict !== (expected ? 'allowed' : 'denied'))
                  throw new Error(`evaluate differs: ${JSON.stringify(question)} is ${verdict}`)
              }
            }
          }
        }
      }),
      { numRuns: RUNS },
    )
    expect(decisions).toBeGreaterThan(RUNS * 1000)
    process.stdout.write(`NetworkPolicy: ${decisions} random decisions agree\n`)
  }, 300_000)
})

describe('laws of NetworkPolicy', () => {
  const connectionsOf = (cluster: RandomCluster): unknown => engineOf(cluster, true).connectivity('pod').connections

  test('the order of policies plays no role', () => {
    fc.assert(
      fc.property(randomCluster, (cluster) => {
        const named = documentsOf(cluster)
        const connections = (documents: readonly object[]): unknown =>
          compilePolicies(aCluster(documents), { profile: 'kubernetes' }).connectivity('pod').connections
        expect(connections([...named].reverse())).toEqual(connections(named))
      }),
      { numRuns: 40 },
    )
  })

  test('one more rule in a policy never closes a connection', () => {
    fc.assert(
      fc.property(randomCluster, policy, fc.nat(), (cluster, donor, pick) => {
        const before = cluster.policies.map((one) => ({ ...one, spec: { policyTypes: ['Ingress', 'Egress'], ...one.spec } }))
        const chosen = before.length === 0 ? -1 : pick % before.length
        const after = before.map((one, index) =>
          index !== chosen
            ? one
            : {
                ...one,
                spec: {
                  ...one.spec,
                  ingress: [...(one.spec.ingress ?? []), ...(donor.spec.ingress ?? [])],
                  egress: [...(one.spec.egress ?? []), ...(donor.spec.egress ?? [])],
                },
              },
        )
        const policyTypes = ['Ingress', 'Egress']
        const fixed = (policies: typeof before): RandomCluster => ({
          pods: cluster.pods,
          policies: policies.map((one) => ({ ...one, spec: { ...one.spec, policyTypes } })),
        })
        const wasConnected = lookup(engineOf(fixed(before), true))
        const isConnected = lookup(engineOf(fixed(after), true))
        for (const from of [...cluster.pods, ...OUTSIDE]) {
          for (const to of cluster.pods) {
            if (from === to || !isSameFamily(from, to)) continue
            for (const protocol of PROTOCOLS) {
              for (const port of PORTS) {
                if (wasConnected(from, to, protocol, port)) expect(isConnected(from, to, protocol, port)).toBe(true)
              }
            }
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  test('other names for label keys and values change nothing', () => {
    fc.assert(
      fc.property(randomCluster, (cluster) => {
        const renamed = JSON.parse(
          JSON.stringify(cluster, (_, value: unknown) => value)
            .replaceAll('"toString"', '"renamed"')
            .replaceAll('"web"', '"renamed-web"'),
        ) as RandomCluster
        expect(connectionsOf(renamed)).toEqual(connectionsOf(cluster))
      }),
      { numRuns: 40 },
    )
  })
})
