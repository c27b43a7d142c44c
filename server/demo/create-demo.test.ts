import { beforeAll, describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import type { Cluster } from '@/lib/model/cluster'
import { readCluster } from '@/lib/model/read-cluster'
import { compilePolicies } from '@/lib/policy/engine'
import type { Demo } from './create-demo'
import { createDemo, DEMO_CLUSTER } from './create-demo'
import { LOOP_MS } from './demo-moment'

const START = Date.UTC(2026, 5, 12, 9, 1, 30)
const SECOND = 1000
const MINUTE = 60 * SECOND

const CHECKOUT_POLICY = 'NetworkPolicy:payments/payments-api-clients'

function clusterOf(demo: Demo, now: number): Cluster {
  const documents = demo.documents(now)
  if (documents === null) throw new Error('the demo gave no documents')
  return readCluster(documents, { name: DEMO_CLUSTER, source: 'demo' })
}

function between(flows: readonly ObservedFlow[], from: string, to: string, port?: number): ObservedFlow[] {
  return flows.filter(
    (flow) => nameOf(flow.source) === from && nameOf(flow.destination) === to && (port === undefined || flow.port === port),
  )
}

function nameOf(end: ObservedFlow['source']): string {
  return end.workload === null ? (end.names[0] ?? end.ip ?? '') : `${end.namespace}/${end.workload.name}`
}

function verdicts(flows: readonly ObservedFlow[]): string[] {
  return [...new Set(flows.map((flow) => flow.verdict))].sort()
}

describe('the first screen', () => {
  const demo = createDemo({ seed: 1, start: START })
  let flows: readonly ObservedFlow[] = []
  let cluster: Cluster
  beforeAll(() => {
    cluster = clusterOf(demo, START)
    flows = demo.flows(START - 15 * MINUTE, START)
  })

  test('is full: flows of fifteen minutes, in order of time', () => {
    const connections = flows.reduce((sum, flow) => sum + flow.count, 0)
    expect(connections).toBeGreaterThan(40_000)
    expect(flows.length).toBeLessThan(30_000)
    expect(flows.every((flow, index) => index === 0 || flow.time >= (flows[index - 1]?.time ?? 0))).toBe(true)
    expect(flows[0]?.time).toBeLessThan(START - 14.9 * MINUTE)
    expect(flows.at(-1)?.time).toBeGreaterThan(START - 2 * SECOND)
  })

  test('shows checkout refused by the payments policy since the renaming, and let through before', () => {
    const earlier = demo.flows(START - 21 * MINUTE, START - 16 * MINUTE)
    const before = between(earlier, 'storefront/checkout', 'payments/payments-api', 8443)
    const after = between(flows, 'storefront/checkout', 'payments/payments-api', 8443)
    expect(before.length).toBeGreaterThan(5)
    expect(verdicts(before)).toEqual(['forwarded'])
    expect(after.length).toBeGreaterThan(100)
    expect(verdicts(after)).toEqual(['dropped'])
    expect(after[0]?.policies[0]).toEqual({ policy: CHECKOUT_POLICY, rule: null, confidence: 'inferred' })
    expect(after[0]?.direction).toBe('ingress')
  })

  test('says why in words: the label it has and the label the rule wants', () => {
    const pod = [...cluster.pods.values()].find((candidate) => candidate.workload === 'storefront/checkout[Deployment]')
    const answer = compilePolicies(cluster).evaluate({
      from: pod?.ref ?? '',
      to: 'svc:payments/payments-api',
      port: 8443,
      protocol: 'TCP',
    })
    expect(answer.verdict).toBe('denied')
    const [miss] = answer.endpoints?.[0]?.answer.ingress.nearMisses ?? answer.ingress.nearMisses
    expect(miss).toMatchObject({ policy: CHECKOUT_POLICY, rule: 'ingress[0]' })
    expect(miss?.message).toContain('storefront-checkout')
    expect(miss?.message).toContain('app=checkout')
  })

  test('shows passengers failing to pay', () => {
    const paying = flows.filter((flow) => flow.l7?.path?.endsWith('/pay'))
    expect(new Set(paying.map((flow) => flow.l7?.code))).toEqual(new Set(['504']))
  })

  test('shows the letters without name resolution, and no letter leaving', () => {
    const since = flows.filter((flow) => flow.time > START - 14 * MINUTE)
    const lookups = between(since, 'bookings/notifications', 'kube-system/coredns', 53)
    expect(lookups.length).toBeGreaterThan(20)
    expect(verdicts(lookups)).toEqual(['dropped'])
    expect(lookups[0]?.policies).toEqual([{ policy: 'NetworkPolicy:bookings/notifications-egress', rule: null, confidence: 'inferred' }])
    expect(between(since, 'bookings/notifications', 'smtp.letterbird.example')).toEqual([])
    const before = demo.flows(START - 20 * MINUTE, START - 15 * MINUTE)
    expect(verdicts(between(before, 'bookings/notifications', 'kube-system/coredns', 53))).toEqual(['forwarded'])
  })

  test('shows the toolbox refused at many doors and let in at the open ones', () => {
    const attempts = flows.filter((flow) => nameOf(flow.source) === 'sandbox/toolbox')
    const refused = attempts.filter((flow) => flow.verdict === 'dropped')
    expect(new Set(refused.map((flow) => nameOf(flow.destination))).size).toBeGreaterThanOrEqual(5)
    expect(verdicts(between(attempts, 'sandbox/toolbox', 'monitoring/grafana'))).toEqual(['forwarded'])
    expect(verdicts(between(attempts, 'sandbox/toolbox', 'bookings/boarding'))).toEqual(['forwarded'])
    expect(refused.length).toBeGreaterThan(attempts.length / 2)
  })

  test('never shows the prototype at the database that a forgotten policy opens for it', () => {
    expect(between(flows, 'sandbox/fares-prototype', 'data/postgres')).toEqual([])
    const answer = compilePolicies(cluster).evaluate({
      from: 'sandbox/fares-prototype[Deployment]',
      to: 'data/postgres[StatefulSet]',
      port: 5432,
      protocol: 'TCP',
    })
    expect(answer.verdict).toBe('allowed')
  })

  test('names pods by their own addresses', () => {
    const everSeen = new Map<string, ReadonlySet<string>>()
    for (const flow of flows) {
      for (const end of [flow.source, flow.destination]) {
        if (end.pod === null) continue
        const pod = cluster.pods.get(`${end.namespace}/${end.pod}` as never)
        if (pod !== undefined) everSeen.set(`${end.pod} ${end.ip}`, new Set(pod.ips))
      }
    }
    expect(everSeen.size).toBeGreaterThan(100)
    for (const [key, ips] of everSeen) expect([key, ips.has(key.split(' ')[1] ?? '')]).toEqual([key, true])
  })

  test('agrees with the engine, but for the connections that were open before the policy', () => {
    const engine = compilePolicies(cluster)
    const recent = flows.filter((flow) => flow.time > START - 5 * SECOND)
    expect(recent.length).toBeGreaterThan(200)
    const disagreeing = flows
      .filter((flow) => flow.time > START - 20 * SECOND)
      .filter((flow) => {
        if (flow.source.pod === null || flow.destination.pod === null) return false
        const from = `${flow.source.namespace}/${flow.source.pod}`
        const to = `${flow.destination.namespace}/${flow.destination.pod}`
        const computed = engine.evaluate({ from, to, port: flow.port, protocol: flow.protocol }).verdict
        return computed === 'denied' ? flow.verdict !== 'dropped' : flow.verdict !== 'forwarded'
      })
    expect(new Set(disagreeing.map((flow) => `${nameOf(flow.source)} ${nameOf(flow.destination)} ${flow.phase}`))).toEqual(
      new Set(['batch/report-worker data/postgres later']),
    )
  })
})

test('the same seed gives the same flows, however the time is cut; another seed gives others', () => {
  const whole = createDemo({ seed: 5, start: START }).flows(START, START + 10 * SECOND)
  const pieces = createDemo({ seed: 5, start: START })
  const cuts = [0, 300, 1000, 1001, 4400, 9999, 10_000]
  const cut = cuts.slice(1).flatMap((until, index) => pieces.flows(START + (cuts[index] ?? 0), START + until))
  expect(cut).toEqual(whole)
  expect(createDemo({ seed: 6, start: START }).flows(START, START + 10 * SECOND)).not.toEqual(whole)
})

test('documents come once, and again when the story or a job moves on', () => {
  const demo = createDemo({ seed: 1, start: START })
  expect(demo.documents(START)).not.toBeNull()
  expect(demo.documents(START + 10)).toBeNull()
  expect(demo.documents(START + 5 * MINUTE)).not.toBeNull()
})

test('checkout is repaired at the end of each turn and blocked again in the next', () => {
  const demo = createDemo({ seed: 1, start: START })
  const paid = (minute: number) =>
    verdicts(between(demo.flows(START + minute * MINUTE, START + (minute + 1) * MINUTE), 'storefront/checkout', 'payments/payments-api'))
  expect(paid(10)).toEqual(['dropped'])
  expect(paid(27)).toEqual(['forwarded'])
  expect(paid(40)).toEqual(['dropped'])
})

test('a whole turn is light: quiet at night, busy in the evening, a few hundred flows a second at most', () => {
  const demo = createDemo({ seed: 1, start: START })
  const perMinute: number[] = []
  const began = performance.now()
  for (let minute = 0; minute < LOOP_MS / MINUTE; minute++) {
    perMinute.push(demo.flows(START + minute * MINUTE, START + (minute + 1) * MINUTE).length / 60)
  }
  const spentMs = performance.now() - began
  expect(Math.min(...perMinute)).toBeGreaterThan(20)
  expect(Math.max(...perMinute)).toBeLessThan(300)
  expect(Math.max(...perMinute)).toBeGreaterThan(2.5 * Math.min(...perMinute))
  // A turn takes 48 minutes; a twentieth of a core would be 144 s.
  expect(spentMs).toBeLessThan(20_000)
})
