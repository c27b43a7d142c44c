import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as changes from '@/app/api/v1/changes/route'
import * as evaluate from '@/app/api/v1/evaluate/route'
import * as findings from '@/app/api/v1/findings/route'
import * as hints from '@/app/api/v1/flows/hints/route'
import * as histogram from '@/app/api/v1/flows/histogram/route'
import * as flows from '@/app/api/v1/flows/route'
import * as openapi from '@/app/api/v1/openapi.json/route'
import * as policy from '@/app/api/v1/policies/[...ref]/route'
import * as policies from '@/app/api/v1/policies/route'
import * as services from '@/app/api/v1/services/[...ref]/route'
import * as status from '@/app/api/v1/status/route'
import * as stream from '@/app/api/v1/stream/route'
import * as topology from '@/app/api/v1/topology/route'
import * as workloads from '@/app/api/v1/workloads/[...ref]/route'
import * as metrics from '@/app/metrics/route'
import * as readyz from '@/app/readyz/route'
import type { CoverageRow } from '@/lib/api/details'
import type { Finding } from '@/lib/detect/finding'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'
import { holdRuntime } from './testing/hold-runtime'
import { ManualClock } from './testing/manual-clock'

const START = Date.UTC(2026, 4, 1, 12)

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "app:1" }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db, namespace: __proto__ }
spec:
  selector: { matchLabels: { constructor: db } }
  template:
    metadata: { labels: { constructor: db } }
    spec: { containers: [{ name: app, image: "app:1", ports: [{ containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: __proto__ }
spec: { selector: { constructor: db }, ports: [{ port: 5432 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: __proto__ }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: one, namespace: shop }
`

const hubble = (verdict: 'FORWARDED' | 'DROPPED', port: number, sourcePort: number) =>
  JSON.stringify({
    flow: {
      time: new Date(START).toISOString(),
      verdict,
      ...(verdict === 'DROPPED' ? { drop_reason_desc: 'POLICY_DENIED' } : {}),
      IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
      l4: { TCP: { source_port: sourcePort, destination_port: port, flags: { SYN: true } } },
      source: { namespace: 'shop', pod_name: 'web-1', workloads: [{ name: 'web', kind: 'Deployment' }] },
      destination: { namespace: '__proto__', pod_name: 'db-1', workloads: [{ name: 'db', kind: 'Deployment' }] },
      Type: 'L3_L4',
      traffic_direction: 'INGRESS',
      is_reply: false,
    },
  })

let folder: string
let clock: ManualClock
let running: Runtime

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-routes-'))
  await writeFile(join(folder, 'cluster.yaml'), MANIFESTS)
  clock = new ManualClock(START)
  running = new Runtime({ ...DEFAULT_CONFIG, cluster: { kind: 'manifests', path: folder }, flows: [{ kind: 'ingest' }] }, clock)
  holdRuntime(running)
  await running.start()
})

afterEach(async () => {
  await running.stop()
  holdRuntime(null)
  await rm(folder, { recursive: true })
})

const request = (path: string, init?: RequestInit) => new Request(`http://127.0.0.1:3000${path}`, init)
const json = async (answer: Response | Promise<Response>) => (await answer).json()
const post = (lines: string | Uint8Array, headers: Record<string, string> = {}) =>
  flows.POST(request('/api/v1/flows', { method: 'POST', body: lines as BodyInit, headers }))

const DB = '__proto__/db[Deployment]'
const WEB = 'shop/web[Deployment]'

describe('posted flows', () => {
  test('become edges, rows and a timeline', async () => {
    const lines = [hubble('DROPPED', 5432, 40_001), hubble('DROPPED', 5432, 40_002), hubble('FORWARDED', 80, 40_003), '{"broken'].join('\n')
    const answer = await json(post(lines))
    expect(answer).toMatchObject({ kind: 'IngestResult', accepted: 3, rejected: [{ line: 4 }], rejectedTotal: 1 })

    const map = await json(topology.GET(request('/api/v1/topology?level=workload')))
    const traffic = map.edges.filter((edge: { relation: string }) => edge.relation === 'traffic')
    expect(traffic).toHaveLength(2)
    expect(traffic.find((edge: { ports: string[] }) => edge.ports[0] === '5432')).toMatchObject({
      source: WEB,
      target: DB,
      state: 'denied-tried',
      verdicts: { dropped: 2 },
      policies: [{ policy: 'NetworkPolicy:__proto__/closed', confidence: 'inferred' }],
      service: { ref: 'svc:__proto__/db', basis: 'inferred' },
    })
    expect(traffic.find((edge: { ports: string[] }) => edge.ports[0] === '80')).toMatchObject({ state: 'seen-though-denied' })

    const rows = await json(flows.GET(request('/api/v1/flows?filter=verdict:dropped&limit=1')))
    expect(rows.flows).toHaveLength(1)
    const next = await json(flows.GET(request(`/api/v1/flows?filter=verdict:dropped&limit=1&cursor=${rows.next}`)))
    expect(next.flows[0].id).not.toBe(rows.flows[0].id)

    clock.advance(1_000)
    const line = await json(histogram.GET(request('/api/v1/flows/histogram?window=1m&buckets=6&filter=verdict:dropped')))
    expect(line).toMatchObject({ kind: 'FlowHistogram', matched: 2, total: 3, unapplied: [] })
    const filter = encodeURIComponent('verdict:dropped path:/api/*')
    const without = await json(histogram.GET(request(`/api/v1/flows/histogram?window=1m&buckets=6&filter=${filter}`)))
    expect(without).toMatchObject({ matched: 2, total: 3, unapplied: ['path:/api/*'] })

    const { sources } = await json(status.GET(request('/api/v1/status')))
    const { ledger } = sources[0]
    const dropped = Object.values(ledger.dropped as Record<string, number>).reduce((sum, count) => sum + count, 0)
    const ignored = Object.values(ledger.ignored as Record<string, number>).reduce((sum, count) => sum + count, 0)
    expect(ledger.received).toBe(ledger.stored + ledger.sampled + dropped + ignored + ledger.queued)
    expect(ledger.received).toBe(4)
    expect(sources[0]).toMatchObject({ proof: null, facts: [{ name: 'Hubble JSON', value: 'tested on recorded data' }] })
  })

  test('may be compressed', async () => {
    const answer = await json(post(gzipSync(hubble('FORWARDED', 80, 1)), { 'content-encoding': 'gzip' }))
    expect(answer.accepted).toBe(1)
  })

  test('that are too many, unreadable or of an unknown encoding are refused as a whole', async () => {
    expect((await post('x\n'.repeat(60_000))).status).toBe(413)
    expect((await post('x', { 'content-encoding': 'br' })).status).toBe(415)
    expect((await post('x', { 'content-type': 'multipart/form-data; boundary=x' })).status).toBe(415)
    expect((await post('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400)
    expect((await post(gzipSync(Buffer.alloc(3_000_000)), { 'content-encoding': 'gzip' })).status).toBe(413)
    expect(running.intakes[0]?.ledger.received).toBe(0)
  })

  test('are not taken when the server was not told to', async () => {
    await running.stop()
    running = new Runtime({ ...DEFAULT_CONFIG, cluster: { kind: 'manifests', path: folder } }, clock)
    holdRuntime(running)
    await running.start()
    expect((await post(hubble('FORWARDED', 80, 1))).status).toBe(404)
  })
})

test('details name what selects a thing, under any name that an object may have', async () => {
  const workload = await json(workloads.GET(request(`/api/v1/workloads/${encodeURIComponent(DB)}`)))
  expect(workload).toMatchObject({
    kind: 'Workload',
    ref: DB,
    isolation: 'ingress',
    labels: [{ name: 'constructor', value: 'db' }],
    policies: { ingress: [{ ref: 'NetworkPolicy:__proto__/closed' }], egress: [] },
    services: [{ ref: 'svc:__proto__/db' }],
    pods: { total: 1 },
  })
  const service = await json(services.GET(request(`/api/v1/services/${encodeURIComponent('svc:__proto__/db')}`)))
  expect(service).toMatchObject({ kind: 'Service', workloads: [DB], selector: [{ name: 'constructor', value: 'db' }] })
  const list = await json(policies.GET(request('/api/v1/policies')))
  expect(list.policies).toHaveLength(1)
  const one = await json(policy.GET(request(`/api/v1/policies/${encodeURIComponent('NetworkPolicy:__proto__/closed')}`)))
  expect(one).toMatchObject({ kind: 'Policy', policyKind: 'NetworkPolicy', subjects: { items: [DB] } })
  expect(one.yaml).toContain('podSelector: {}')
})

test('policies tell what they decided of the flows, what is wrong with them, and whom they leave open', async () => {
  await post(`${hubble('DROPPED', 5432, 1)}\n${hubble('DROPPED', 5432, 2)}`)
  const list = await json(policies.GET(request('/api/v1/policies')))
  expect(list).toMatchObject({
    profile: 'kubernetes',
    connections: 2,
    tiers: expect.arrayContaining([{ name: 'NetworkPolicy', mode: 'union' }]),
    policies: [{ hits: { total: 2, denied: 2 }, ruleCounts: { ingress: 0, egress: 0 } }],
  })
  const open = list.coverage.map(({ namespace, workloads }: CoverageRow) => [namespace, workloads.ingress.items, workloads.none.items])
  expect(open).toEqual([
    ['__proto__', [DB], []],
    ['shop', [], [WEB]],
  ])
  const one = await json(policy.GET(request(`/api/v1/policies/${encodeURIComponent('NetworkPolicy:__proto__/closed')}`)))
  expect(one.pictures).toMatchObject([
    {
      subject: { words: 'every pod of namespace __proto__', pods: 1, workloads: { items: [DB] } },
      sides: { ingress: { rest: 'isolates', rules: [] }, egress: { rest: 'silent', rules: [] } },
    },
  ])
  const none = await json(policies.GET(request('/api/v1/policies?namespaces=shop')))
  expect([none.policies, none.coverage.length]).toEqual([[], 1])
})

test('findings are listed gravest first, and a namespace and a severity choose among them', async () => {
  const all = await json(findings.GET(request('/api/v1/findings')))
  expect(all.kind).toBe('Findings')
  expect(all.findings.items.map(({ id, object }: Finding) => [id, object.ref])).toEqual([
    ['NP-03', DB],
    ['NP-11', '__proto__'],
    ['NP-11', 'shop'],
  ])
  const elsewhere = await json(findings.GET(request('/api/v1/findings?namespaces=shop&severity=error,warning')))
  expect(elsewhere.findings).toEqual({ items: [], total: 0 })
  expect((await findings.GET(request('/api/v1/findings?severity=fatal'))).status).toBe(400)
})

test('an object that is not there is a 404 that says how names are written', async () => {
  for (const answer of [
    workloads.GET(request('/api/v1/workloads/shop%2Fnobody%5BDeployment%5D')),
    services.GET(request('/api/v1/services/%E0%A4%A')),
    policy.GET(request('/api/v1/policies/toString')),
  ]) {
    const response = await answer
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect((await response.json()).detail).toContain('like')
  }
})

test('an evaluation answers one question or many, in order, and explains when asked', async () => {
  const ask = (body: unknown) => evaluate.POST(request('/api/v1/evaluate', { method: 'POST', body: JSON.stringify(body) }))
  const one = await json(ask({ id: 'q', from: WEB, to: DB, port: 5432, explain: true }))
  expect(one.answers).toHaveLength(1)
  expect(one.answers[0]).toMatchObject({ id: 'q', verdict: 'denied', egress: { verdict: 'allowed' }, ingress: { verdict: 'denied' } })
  expect(one.policies[0].ref).toBe('NetworkPolicy:__proto__/closed')
  const many = await json(
    ask({
      queries: [
        { from: WEB, to: DB },
        { from: DB, to: WEB },
      ],
    }),
  )
  expect(many.answers.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['denied', 'allowed'])
  expect(many.policies).toEqual([])
  expect((await ask({ from: WEB })).status).toBe(400)
  expect((await ask({ from: WEB, to: DB, port: 70_000 })).status).toBe(400)
  expect((await evaluate.POST(request('/api/v1/evaluate', { method: 'POST', body: '{' }))).status).toBe(400)
  expect((await ask({ from: 'x'.repeat(2_000_000), to: DB })).status).toBe(413)
})

test('queries that cannot be used say which parameter and why; unknown parameters are counted', async () => {
  const bad = await topology.GET(request('/api/v1/topology?level=galaxy&window=90d&state=maybe'))
  expect(bad.status).toBe(400)
  expect((await bad.json()).problems.map(({ path }: { path: string }) => path)).toEqual(['level', 'window', 'state'])
  expect((await topology.GET(request('/api/v1/topology?filter=(('))).status).toBe(400)
  expect((await stream.GET(request('/api/v1/stream?filter=(('))).status).toBe(400)
  expect((await topology.GET(request('/api/v1/topology?colour=red&__proto__=1'))).status).toBe(200)
  expect(running.measures.unknownParameters).toBe(2)
})

test('every route ignores and counts what it does not know', async () => {
  const routes: readonly (readonly [path: string, get: (request: Request) => unknown])[] = [
    ['/api/v1/topology', topology.GET],
    ['/api/v1/flows', flows.GET],
    ['/api/v1/flows/histogram', histogram.GET],
    ['/api/v1/flows/hints', hints.GET],
    ['/api/v1/workloads/x', workloads.GET],
    ['/api/v1/services/x', services.GET],
    ['/api/v1/policies', policies.GET],
    ['/api/v1/policies/x', policy.GET],
    ['/api/v1/findings', findings.GET],
    ['/api/v1/changes', changes.GET],
    ['/api/v1/status', status.GET],
    ['/api/v1/openapi.json', openapi.GET],
    ['/metrics', metrics.GET],
    ['/readyz', readyz.GET],
  ]
  for (const [index, [path, get]] of routes.entries()) {
    await get(request(`${path}?colour=red&verbose=`))
    expect([path, running.measures.unknownParameters]).toEqual([path, path === '/readyz' ? 2 * index + 1 : 2 * (index + 1)])
  }
  await topology.GET(request('/api/v1/topology?level=galaxy&colour=red'))
  expect(running.measures.unknownParameters).toBe(2 * routes.length)
})

test('unknown fields of bodies and flow lines are ignored and counted, on the metrics and in the status', async () => {
  const post = (path: string, body: string) => request(path, { method: 'POST', body })
  const queries = [
    { from: WEB, to: DB, prot: 'UDP' },
    { from: WEB, to: DB },
  ]
  expect((await evaluate.POST(post('/api/v1/evaluate', JSON.stringify({ queries, explian: true })))).status).toBe(200)
  expect((await evaluate.POST(post('/api/v1/evaluate', JSON.stringify({ from: WEB, to: DB, __proto__x: 1 })))).status).toBe(200)
  const line = { from: WEB, to: DB, verdct: 'dropped', l7: { protocol: 'http', paht: '/' } }
  expect((await flows.POST(post('/api/v1/flows?colour=red', JSON.stringify(line)))).status).toBe(200)

  const { unknownInput } = await json(status.GET(request('/api/v1/status')))
  expect(unknownInput).toEqual([
    { what: 'query-parameter', count: 1 },
    { what: 'body-field', count: 3 },
    { what: 'flow-line-field', count: 2 },
  ])
  const text = await (await metrics.GET(request('/metrics'))).text()
  expect(text).toContain('sluice_unknown_parameters_total 1\n')
  expect(text).toContain('sluice_unknown_fields_total 3\n')
  expect(text).toMatch(/sluice_unknown_flow_fields_total\{cluster="[^"]+",source="[^"]+"\} 2\n/)
})

test('a flow that this API exported has no field that is not known', async () => {
  const post = (body: string) => flows.POST(request('/api/v1/flows', { method: 'POST', body }))
  await post(JSON.stringify({ from: WEB, to: DB, port: 80, verdict: 'dropped', l7: { protocol: 'http', code: 500 } }))
  const { flows: exported } = await json(flows.GET(request('/api/v1/flows')))
  await post(exported.map((flow: object) => JSON.stringify(flow)).join('\n'))
  expect(running.intakes.map(({ unknownFields }) => unknownFields)).toEqual([0])
})

test('a stream ends with its reader, and resumes', async () => {
  const abort = new AbortController()
  const answer = await stream.GET(request('/api/v1/stream', { signal: abort.signal }))
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect(answer.headers.get('cache-control')).toContain('no-transform')
  expect(running.graph.viewers).toBe(1)
  abort.abort()
  expect(running.graph.viewers).toBe(0)
})

test('a change of the manifests is read, and a folder that goes away leaves the last cluster with a problem', async () => {
  expect(running.state.cluster.workloads.size).toBe(2)
  await writeFile(join(folder, 'cluster.yaml'), `${MANIFESTS}\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: new }\n`)
  await running.readAgain()
  expect(running.state.cluster.namespaces.has('new')).toBe(true)
  await rm(join(folder, 'cluster.yaml'))
  await running.readAgain()
  expect(running.state.cluster.workloads.size).toBe(2)
  const report = await json(status.GET(request('/api/v1/status')))
  expect(report.cluster.problems).toBeGreaterThan(0)
})

test('the status names what no reader knows', async () => {
  const report = await json(status.GET(request('/api/v1/status')))
  expect(report.cluster.unknownKinds).toEqual([{ apiVersion: 'example.com/v1', kind: 'Widget', count: 1 }])
  expect(report.cluster.simulated).toBe(false)
})

test('hints offer real values', async () => {
  const { fields } = await json(hints.GET(request('/api/v1/flows/hints?field=ns&prefix=__p')))
  expect(fields).toEqual([{ field: 'ns', values: ['__proto__'], more: false }])
})

test('probes and metrics answer, and the description names every route', async () => {
  const ready = readyz.GET(request('/readyz?verbose'))
  expect(ready.status).toBe(200)
  expect(await ready.text()).toContain('[+] cluster')
  await post(hubble('DROPPED', 5432, 1))
  const text = await (await metrics.GET(request('/metrics'))).text()
  expect(text).toMatch(/^sluice_flows_total\{cluster="[^"]+",source="ingest",verdict="dropped"\} 1$/m)
  expect(text).toMatch(/^sluice_records_total\{cluster="[^"]+",source="ingest",outcome="received",reason=""\} 1$/m)
  const description = await json(openapi.GET(request('/api/v1/openapi.json')))
  expect(description.openapi).toBe('3.1.0')
  expect(Object.keys(description.paths)).toContain('/api/v1/workloads/{ref}')
  expect(description.paths['/api/v1/flows'].post.operationId).toBe('postFlows')
  const level = description.paths['/api/v1/topology'].get.parameters.find(({ name }: { name: string }) => name === 'level')
  expect(level.schema.enum).toEqual(['namespace', 'workload', 'pod', 'container'])
})
