import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { SourceFact } from '@/lib/flows/source-about'
import { createPrometheusSource } from './prometheus-source'

const NO_ACCESS = { ca: null, cert: null, key: null, tokenFile: null, serverName: null }
const START = Date.UTC(2026, 0, 1)

type Answer = { readonly status?: number; readonly body: object | string }

/** What the other side answers to a query (null for the labels and other questions, which have usual answers). */
let answer: (query: string) => Answer
let metrics: readonly string[]
let labels: readonly string[]
let queries: { readonly query: string; readonly time: number }[]
let server: Server

beforeEach(async () => {
  queries = []
  metrics = ['istio_requests_total']
  labels = ['source_workload', 'source_workload_namespace', 'destination_workload', 'destination_workload_namespace', 'response_code']
  answer = () => ({ body: vector([]) })
  server = createServer(async (request, response) => {
    let form = ''
    for await (const chunk of request) form += chunk
    const { status = 200, body } = answerTo(request.url ?? '', new URLSearchParams(form))
    response.statusCode = status
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function answerTo(path: string, form: URLSearchParams): Answer {
  if (path.startsWith('/api/v1/status/buildinfo'))
    return { body: { status: 'success', data: { application: 'Grafana Mimir', version: '2.10' } } }
  if (path.startsWith('/api/v1/labels')) return { body: { status: 'success', data: labels } }
  if (path.startsWith('/api/v1/targets')) return { status: 404, body: 'not found' }
  const query = form.get('query') ?? ''
  queries.push({ query, time: Number(form.get('time')) })
  if (query.startsWith('count by')) return { body: vector(metrics.map((name) => [{ __name__: name, job: 'mesh' }, '1'])) }
  return answer(query)
}

function vector(samples: readonly (readonly [object, string])[], more: object = {}): object {
  return {
    status: 'success',
    data: { resultType: 'vector', result: samples.map(([metric, value]) => ({ metric, value: [1, value] })) },
    ...more,
  }
}

/** Runs so many rounds, 30 s apart. */
async function run(rounds: number, before: (round: number) => void = () => {}) {
  const stopping = new AbortController()
  let now = START
  let round = 0
  const states: [string, string | null][] = []
  const batches: FlowBatch[] = []
  let facts: readonly SourceFact[] = []
  const source = createPrometheusSource({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    access: NO_ACCESS,
    tenant: null,
    matchers: [],
    now: () => now,
    sleep: async (ms) => {
      now += ms
      before(++round)
      if (round >= rounds) stopping.abort()
    },
  })
  const report = (state: string, message: string | null, told?: readonly SourceFact[]) => {
    states.push([state, message])
    facts = told ?? facts
  }
  for await (const batch of source.batches(stopping.signal, report)) batches.push(batch)
  return { states, batches, flows: batches.flatMap(({ flows }) => flows), facts }
}

const edge = (index: number) => ({
  source_workload: `w${index}`,
  source_workload_namespace: 'a',
  destination_workload: 'b',
  destination_workload_namespace: 'b',
  response_code: '200',
})

test('windows touch each other exactly, also after rounds that failed', async () => {
  let isBroken = false
  answer = () => (isBroken ? { status: 503, body: { status: 'error', error: 'shutting down' } } : { body: vector([]) })
  const { states, facts } = await run(8, (round) => {
    isBroken = round >= 2 && round < 5
  })
  expect(states.filter(([state]) => state === 'failed').map(([, message]) => message?.slice(-24))).toEqual(
    ['trying again every 1 s', 'trying again every 2 s', 'trying again every 5 s'].map((text) => expect.stringContaining(text)),
  )
  const windows = queries.flatMap(({ query, time }) => {
    const offset = /\[240000ms\] offset (\d+)ms/.exec(query)?.[1]
    return offset === undefined || !query.includes('destination|waypoint')
      ? []
      : [{ from: Math.round(time * 1000) - Number(offset), to: Math.round(time * 1000) }]
  })
  const counted = windows.filter(({ to }, index) => index === windows.length - 1 || windows[index + 1]?.from === to)
  for (const [index, { from }] of counted.entries()) if (index > 0) expect(from).toBe(counted[index - 1]?.to)
  expect(counted.length).toBeGreaterThanOrEqual(3)
  // Mimir has no targets of its own, and its samples come late.
  expect(facts.find(({ name }) => name === 'server')?.value).toBe('Mimir 2.10')
  expect(START - (windows[0]?.from ?? 0)).toBe(35_000)
})

test('more series than are read are said, and so are warnings; broken samples are counted', async () => {
  answer = (query) => {
    if (!query.includes('destination|waypoint')) return { body: vector([]) }
    const samples = Array.from({ length: 4_999 }, (_, index) => [edge(index), '2'] as const)
    return { body: vector([...samples, [edge(5_000), 'NaN']], { warnings: ['a store did not answer'] }) }
  }
  const { flows, batches, states } = await run(2)
  expect(flows).toHaveLength(4_999)
  expect(batches.flatMap(({ rejected }) => [...rejected])).toEqual([['a sample without a number', 1]])
  expect(Math.max(...batches.map((batch) => batch.flows.length))).toBeLessThanOrEqual(1_000)
  expect(states.at(-1)).toEqual([
    'live',
    'Istio requests: a store did not answer; Istio requests: only the 5000 edges with the most traffic are read',
  ])
})

test('a query that one family cannot ask costs only that family', async () => {
  answer = (query) =>
    query.includes('destination|waypoint')
      ? { status: 422, body: { status: 'error', errorType: 'execution', error: 'query processing would load too many samples' } }
      : { body: vector([[{ source_workload: 'web', source_workload_namespace: 'shop', destination_service: 'api.example.com' }, '3']]) }
  labels = [...labels, 'destination_service']
  const { flows, states } = await run(2)
  expect(flows.map(({ count, destination }) => [count, destination.names])).toEqual([[3, ['api.example.com']]])
  expect(states.at(-1)).toEqual([
    'live',
    expect.stringMatching(/^Istio requests: .* answers with 422: query processing would load too many samples$/),
  ])
})

test('a metric whose labels name nobody is said with what to switch on, and an empty server with what to scrape', async () => {
  metrics = ['hubble_flows_processed_total']
  labels = ['verdict', 'type', 'protocol']
  const unlabelled = await run(2)
  expect(unlabelled.states.at(-1)?.[1]).toContain('add labelsContext=source_namespace')
  metrics = []
  const empty = await run(2)
  expect(empty.states.at(-1)).toEqual(['silent', expect.stringContaining('has none of the metrics that are read here')])
})

test('labels are found by the names that they have after relabelling', async () => {
  metrics = ['inbound_http_authz_deny_total']
  labels = ['kubernetes_namespace', 'kubernetes_pod_name', 'srv_kind', 'srv_name', 'client_id', 'target_port']
  answer = (query) => {
    expect(query).toContain('sum by (kubernetes_namespace, kubernetes_pod_name, target_port, srv_kind, srv_name, client_id)')
    const client_id = 'jobs.batch.serviceaccount.identity.linkerd.cluster.local'
    return {
      body: vector([
        [
          { kubernetes_namespace: 'shop', kubernetes_pod_name: 'web-1', srv_kind: 'server', srv_name: 'web', target_port: '80', client_id },
          '1',
        ],
      ]),
    }
  }
  const { flows } = await run(2)
  expect(flows).toMatchObject([
    {
      source: { namespace: 'batch' },
      destination: { namespace: 'shop', pod: 'web-1' },
      verdict: 'dropped',
      port: 80,
      policies: [{ policy: 'Server:shop/web', confidence: 'stated' }],
      family: 'mesh',
      overMs: 60_000,
    },
  ])
})
