import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import * as evaluate from '@/app/api/v1/evaluate/route'
import * as findings from '@/app/api/v1/findings/route'
import * as hints from '@/app/api/v1/flows/hints/route'
import * as histogram from '@/app/api/v1/flows/histogram/route'
import * as flows from '@/app/api/v1/flows/route'
import * as policy from '@/app/api/v1/policies/[...ref]/route'
import * as policies from '@/app/api/v1/policies/route'
import * as services from '@/app/api/v1/services/[...ref]/route'
import * as status from '@/app/api/v1/status/route'
import * as topology from '@/app/api/v1/topology/route'
import * as workloads from '@/app/api/v1/workloads/[...ref]/route'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'
import { holdRuntime } from './testing/hold-runtime'
import { ManualClock } from './testing/manual-clock'

/** What other programs rely on, over the demo. Documents may say more than this; they may not say less or other things. */

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const count = z.int().min(0)
const port = z.int().min(1).max(65_535)
const document = <Kind extends string>(kind: Kind) => z.object({ apiVersion: z.literal('sluice/v1'), kind: z.literal(kind) })
const ref = z.string().min(1)
const policyRef = z.string().regex(/^[A-Za-z]+:([^/\s]+\/)?[^/\s]+$/)
const rule = z
  .string()
  .regex(/^(ingress|egress)\[\d+\]$/)
  .nullable()
const namedPolicies = z.array(z.object({ policy: policyRef, rule, confidence: z.enum(['stated', 'inferred']) }))

const badge = z.object({ id: z.string().min(1), value: z.string() })
const node = z.object({
  id: ref,
  kind: z.enum(['namespace', 'workload', 'pod', 'container', 'service', 'entry', 'external', 'machine', 'egress-gateway']),
  ref,
  name: z.string().min(1),
  namespace: z.string().nullable(),
  badges: z.array(badge),
})
const state = z.enum(['allowed-used', 'allowed-unused', 'denied-tried', 'seen-though-denied', 'unknown'])
const edge = z
  .object({
    id: z.string().min(1),
    source: ref,
    target: ref,
    relation: z.enum(['owns', 'selects', 'routes', 'exposes', 'aliases', 'depends', 'traffic', 'may-reach', 'egress-via']),
    basis: z.enum(['declared', 'resolved', 'computed', 'observed']),
    state: state.nullable(),
    protocol: z.string().nullable(),
    ports: z.array(z.string()),
    verdicts: z.object({ forwarded: count, dropped: count, audit: count, error: count, unknown: count }),
    rate: z.number().min(0),
    policies: namedPolicies,
    lastSeen: time.nullable(),
  })
  .refine(({ relation, state: has }) => (relation === 'traffic' || relation === 'may-reach') === (has !== null), 'state goes with traffic')
const sizes = z.object({ nodes: count, edges: count })
const topologyDocument = document('Topology').extend({
  level: z.enum(['namespace', 'workload', 'pod', 'container']),
  at: time,
  window: z.literal(900_000),
  shown: sizes,
  total: sizes,
  folded: z.array(z.object({ id: z.string(), label: z.string() })),
  nodes: z.array(node).min(1),
  edges: z.array(edge).min(1),
})

const end = z.object({
  ref,
  namespace: z.string().nullable(),
  workload: z
    .string()
    .regex(/^[^/]+\/[^/]+\[[A-Za-z]+\]$/)
    .nullable(),
  pod: z
    .string()
    .regex(/^[^/]+\/[^/[\]]+$/)
    .nullable(),
  ip: z.string().nullable(),
})
const flow = z.object({
  id: z.string().min(1),
  time,
  source: end,
  destination: end,
  protocol: z.enum(['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'OTHER']),
  port: port.nullable(),
  verdict: z.enum(['forwarded', 'dropped', 'audit', 'error', 'unknown']),
  reason: z.string().nullable(),
  policies: namedPolicies,
  l7: z.object({ protocol: z.string(), latencyMs: z.number().nullable() }).nullable(),
  bytes: count.nullable(),
  packets: count.nullable(),
  count: count.min(1),
  reporter: z.string().min(1),
  node: z.string().nullable(),
})

const verdict = z.enum(['allowed', 'denied', 'unknown'])
const side = z.object({
  verdict,
  isolated: z.boolean(),
  by: z.array(z.object({ policy: policyRef, rule, effect: z.enum(['allow', 'deny', 'pass', 'isolates']), detail: z.string().nullable() })),
})
const steps = z.array(z.object({ tier: z.string(), kind: z.string(), policy: z.string(), action: z.string(), rule: z.int().min(-1) }))
const sideTrace = z.object({ enforced: steps, pending: steps })
const answer = z.object({
  id: z.string().nullable(),
  verdict: z.enum([...verdict.options, 'partial']),
  egress: side,
  ingress: side,
  reason: z.string().nullable(),
  trace: z.object({ egress: sideTrace, ingress: sideTrace }).nullable(),
})

const byReason = z.record(z.string(), count)
const ledger = z
  .object({ received: count, stored: count, sampled: count, dropped: byReason, ignored: byReason, queued: count, lostAtSource: count })
  .refine(({ received, stored, sampled, dropped, ignored, queued }) => {
    const sum = (reasons: Readonly<Record<string, number>>) => Object.values(reasons).reduce((total, each) => total + each, 0)
    return received === stored + sampled + sum(dropped) + sum(ignored) + queued
  }, 'the ledger balances')
const statusDocument = document('Status').extend({
  cluster: z.object({ name: z.string(), source: z.literal('demo'), simulated: z.literal(true), readAt: time }),
  policies: z.object({
    count,
    enforcer: z.object({
      plugin: z.string().nullable(),
      enforces: z.enum(['yes', 'no', 'unknown']),
      reason: z.string().min(1),
      evidence: z.string().min(1),
    }),
  }),
  platform: z.object({
    name: z.literal('Calico'),
    network: z.object({ plugin: z.literal('Calico'), evidence: z.array(z.object({ text: z.string().min(1) })).min(1) }),
    policy: z.object({ enforces: z.literal('yes'), reason: z.string().min(1) }),
    proxy: z.object({ program: z.string().nullable() }),
    dns: z.object({ zone: z.object({ value: z.string().min(1), isAssumed: z.boolean() }) }),
    meshes: z.array(z.object({ name: z.string() })),
    ranges: z.object({ items: z.array(z.object({ of: z.enum(['pods', 'services', 'machines']) })).min(1) }),
    machines: z.object({ items: z.array(z.object({ name: z.string() })), total: count }),
  }),
  sources: z.array(z.object({ name: z.string(), kind: z.string(), perSecond: z.number(), lost: count, ledger })).min(1),
  versions: z.array(z.object({ name: z.string(), version: z.string() })).min(1),
  startedAt: time,
})

const problem = document('Problem').extend({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
})
const inputProblem = problem.extend({
  problems: z.array(z.object({ path: z.string(), line: z.int().nullable(), message: z.string().min(1) })).min(1),
})

let running: Runtime

beforeAll(async () => {
  running = new Runtime({ ...DEFAULT_CONFIG, cluster: { kind: 'demo' } }, new ManualClock(Date.UTC(2026, 4, 1, 12)))
  holdRuntime(running)
  await running.start()
}, 120_000)

afterAll(async () => {
  await running.stop()
  holdRuntime(null)
})

const request = (path: string, init?: RequestInit) => new Request(`http://127.0.0.1:3000/api/v1/${path}`, init)
const bodyOf = async (answered: Response | Promise<Response>): Promise<unknown> => (await answered).json()
const ask = (body: object) => evaluate.POST(request('evaluate', { method: 'POST', body: JSON.stringify(body) }))

describe('the contract, over the demo', () => {
  test.each(['namespace', 'workload', 'pod', 'container'])('a topology at level %s', async (level) => {
    const found = topologyDocument.parse(await bodyOf(topology.GET(request(`topology?level=${level}`))))
    expect(found.level).toBe(level)
    expect(found.shown).toEqual({ nodes: found.nodes.length, edges: found.edges.length })
    const ids = new Set(found.nodes.map(({ id }) => id))
    expect(ids.size).toBe(found.nodes.length)
    for (const { source, target } of found.edges) expect([ids.has(source), ids.has(target)]).toEqual([true, true])
  })

  test('a topology whose folds are open', async () => {
    const show = 'system-namespaces,system-services,dns,health-checks,monitoring,unused,declared'
    const found = topologyDocument.parse(await bodyOf(topology.GET(request(`topology?level=workload&show=${show}`))))
    expect(new Set(found.edges.map((each) => each.state))).toContain('allowed-unused')
  })

  test('flows, their timeline and their values', async () => {
    const list = document('FlowList').extend({ flows: z.array(flow).min(100), next: z.string().nullable() })
    list.parse(await bodyOf(flows.GET(request('flows?limit=1000'))))
    list.parse(await bodyOf(flows.GET(request('flows?limit=1000&filter=-l7:none'))))
    list.parse(await bodyOf(flows.GET(request('flows?limit=1000&filter=verdict:dropped'))))
    const columns = z.array(count).length(90)
    const line = document('FlowHistogram').extend({
      from: time,
      to: time,
      bucketMs: count,
      verdicts: z.object({ forwarded: columns, dropped: columns, audit: columns, error: columns, unknown: columns }),
    })
    line.parse(await bodyOf(histogram.GET(request('flows/histogram'))))
    document('FlowHints').parse(await bodyOf(hints.GET(request('flows/hints'))))
  })

  test('details', async () => {
    const listed = document('PolicyList').extend({ policies: z.array(z.object({ ref: policyRef })).min(1) })
    const { policies: all } = listed.parse(await bodyOf(policies.GET(request('policies'))))
    for (const { ref: name } of all) {
      const found = await bodyOf(policy.GET(request(`policies/${encodeURIComponent(name)}`)))
      expect(document('Policy').extend({ ref: policyRef }).parse(found).ref).toBe(name)
    }
    const finding = z.object({
      id: z.string().regex(/^[A-Z]{2}-\d{2}$/),
      severity: z.enum(['error', 'warning', 'info']),
      message: z.string().min(1),
    })
    document('Findings')
      .extend({ findings: z.object({ items: z.array(finding).min(1), total: count }) })
      .parse(await bodyOf(findings.GET(request('findings'))))
    const { cluster } = running.state
    const traffic = z.object({ items: z.array(edge), total: count })
    const workload = document('Workload').extend({ ref, createdAt: time.nullable(), traffic, badges: z.array(badge) })
    for (const name of cluster.workloads.keys()) {
      workload.parse(await bodyOf(workloads.GET(request(`workloads/${encodeURIComponent(name)}`))))
    }
    const service = document('Service').extend({ ref: z.string().startsWith('svc:'), clients: traffic })
    for (const name of cluster.services.keys()) {
      service.parse(await bodyOf(services.GET(request(`services/${encodeURIComponent(name)}`))))
    }
  })

  test('answers of the policies, one or many, with a trace when asked for', async () => {
    const pods = [...running.state.cluster.workloads.keys()].slice(0, 12)
    const queries = pods.flatMap((from) => pods.map((to) => ({ id: `${from} ${to}`, from, to, port: 8080, protocol: 'TCP' })))
    const evaluation = document('Evaluation').extend({ answers: z.array(answer) })
    const { answers } = evaluation.parse(await bodyOf(ask({ queries, explain: true })))
    expect(answers.map(({ id }) => id)).toEqual(queries.map(({ id }) => id))
    expect(new Set(answers.map((each) => each.verdict))).toContain('denied')
    expect(answers.some(({ trace }) => trace !== null && trace.ingress.enforced.length > 0)).toBe(true)
    const { answers: one } = evaluation.parse(await bodyOf(ask({ from: pods[0], to: pods[1], port: 80 })))
    expect(one.map(({ id, trace }) => [id, trace])).toEqual([[null, null]])
  })

  test('the status', async () => {
    statusDocument.parse(await bodyOf(status.GET(request('status'))))
  })

  test('problems, with what is wrong where', async () => {
    const refused = async (answered: Response | Promise<Response>, as: z.ZodType, code: number) => {
      const response = await answered
      expect([response.status, response.headers.get('content-type')]).toEqual([code, 'application/problem+json'])
      expect(as.parse(await response.json())).toMatchObject({ status: code })
    }
    await refused(topology.GET(request('topology?level=galaxy')), inputProblem, 400)
    await refused(flows.GET(request('flows?filter=((')), inputProblem, 400)
    await refused(ask({ from: 'shop/web', protocol: 'XTP' }), inputProblem, 400)
    await refused(evaluate.POST(request('evaluate', { method: 'POST', body: '{' })), problem, 400)
    await refused(workloads.GET(request('workloads/none')), problem, 404)
    await refused(flows.POST(request('flows', { method: 'POST', body: '' })), problem, 404)
  })

  test('an unknown value names the field and what is allowed', async () => {
    const { problems } = inputProblem.parse(await bodyOf(topology.GET(request('topology?level=galaxy'))))
    expect(problems[0]).toMatchObject({ path: 'level', message: expect.stringContaining('workload') })
  })
})
