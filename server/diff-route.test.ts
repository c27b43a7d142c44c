import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as diff from '@/app/api/v1/diff/route'
import * as flows from '@/app/api/v1/flows/route'
import { type DiffDocument, MAX_LISTED_CHANGES } from '@/lib/api/diff-document'
import { MAX_DRAFT_BYTES } from '@/lib/api/schemas'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'
import { holdRuntime } from './testing/hold-runtime'
import { ManualClock } from './testing/manual-clock'

const START = Date.UTC(2026, 4, 1, 12)

const deployment = (name: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: "app:1" }] }
---`
const policy = (port: number) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: ${port} }]
---`
const MANIFESTS = `${deployment('web')}${deployment('cart')}
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop }
spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { metadata: { labels: { app: nightly } }, spec: { containers: [] } } } } }
---${policy(8080)}`

const flow = JSON.stringify({
  flow: {
    time: new Date(START).toISOString(),
    verdict: 'FORWARDED',
    IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 40_000, destination_port: 8080, flags: { SYN: true } } },
    source: { namespace: 'shop', pod_name: 'web-1', workloads: [{ name: 'web', kind: 'Deployment' }] },
    destination: { namespace: 'shop', pod_name: 'cart-1', workloads: [{ name: 'cart', kind: 'Deployment' }] },
    node_name: 'kind/node-1',
    Type: 'L3_L4',
    traffic_direction: 'INGRESS',
    is_reply: false,
  },
})

let folder: string
let running: Runtime

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-diff-'))
  const path = join(folder, 'cluster.yaml')
  await writeFile(path, MANIFESTS)
  const clock = new ManualClock(START)
  running = new Runtime({ ...DEFAULT_CONFIG, cluster: { kind: 'manifests', path }, flows: [{ kind: 'ingest' }] }, clock)
  holdRuntime(running)
  await running.start()
})

afterEach(async () => {
  await running.stop()
  holdRuntime(null)
  await rm(folder, { recursive: true })
})

function post(body: BodyInit, type = 'application/json', query = ''): Promise<Response> {
  const url = `http://127.0.0.1/api/v1/diff${query}`
  return diff.POST(new Request(url, { method: 'POST', body, headers: { 'content-type': type } }))
}

async function review(changes: string, more: object = {}): Promise<DiffDocument> {
  const response = await post(JSON.stringify({ changes, ...more }))
  expect(response.status, await response.clone().text()).toBe(200)
  return response.json()
}

async function record(): Promise<void> {
  await flows.POST(
    new Request('http://127.0.0.1/api/v1/flows', {
      method: 'POST',
      body: `${flow}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    }),
  )
}

describe('what a draft would do', () => {
  test('a changed port closes one connection, opens another and breaks the recorded one', async () => {
    await record()
    const document = await review(policy(9090))
    expect(document).toMatchObject({ apiVersion: 'sluice/v1', kind: 'ConnectivityDiff', isComplete: true, problems: [] })
    expect(document.objects).toMatchObject([{ action: 'changed', ref: 'NetworkPolicy:shop/cart' }])
    expect(document.changes).toMatchObject([
      {
        type: 'changed',
        src: 'shop/web[Deployment]',
        dst: 'shop/cart[Deployment]',
        before: { TCP: [[8080, 8080]] },
        after: { TCP: [[9090, 9090]] },
        workloadChange: null,
      },
    ])
    expect(document.flows.newlyDenied).toMatchObject([
      {
        src: 'shop/web[Deployment]',
        dst: 'shop/cart[Deployment]',
        port: 8080,
        count: 1,
        before: 'allowed',
        after: 'denied',
        lastSeen: '2026-05-01T12:00:00.000Z',
      },
    ])
    expect(document.flows.newlyDenied[0]?.because.map(({ at, policy: ref, rule }) => [at, ref, rule])).toEqual([
      ['before', 'NetworkPolicy:shop/cart', 'ingress[0]'],
      ['after', 'NetworkPolicy:shop/cart', null],
    ])
    expect(document.summary).toBe(
      'Breaks 1 recorded connection (1 flow). Between workloads and the outside it changes the ports of 1 pair.',
    )
    expect(document.evidence).toMatchObject({ grade: 'weak', flows: 1, jobsNotSeen: { items: ['shop/nightly[CronJob]'], total: 1 } })
  })

  test('plain YAML does the same, with its parameters in the query', async () => {
    const response = await post(policy(9090), 'application/yaml', '?level=pod&external=false')
    const document: DiffDocument = await response.json()
    expect(document.level).toBe('pod')
    expect(document.changes).toMatchObject([{ src: 'shop/web-1', dst: 'shop/cart-1' }])
  })

  test('an empty draft changes nothing', async () => {
    expect(await review('')).toMatchObject({ summary: 'The draft changes nothing.', changes: [], objects: [], isComplete: true })
  })

  test('a new workload is told apart from a change of policies', async () => {
    const { changes, totals } = await review(deployment('new'))
    expect(totals).toMatchObject({ opened: 0, closed: 0, altered: 0 })
    expect(totals.byWorkloads).toBeGreaterThan(0)
    expect(changes.every(({ workloadChange }) => workloadChange?.src === 'appears' || workloadChange?.dst === 'appears')).toBe(true)
  })

  test('pairs of which nothing changes are told when asked for', async () => {
    expect((await review(policy(9090))).unchanged).toBeNull()
    const { unchanged } = await review(policy(9090), { unchanged: true, external: false })
    expect(unchanged?.connections).toContainEqual({ src: 'shop/cart[Deployment]', dst: 'shop/web[Deployment]', conns: 'all' })
    expect(unchanged?.connections.some(({ src, dst }) => src.startsWith('shop/web[') && dst.startsWith('shop/cart['))).toBe(false)
  })

  test('of very many pairs without a change the first are listed and all are counted', async () => {
    const names = Array.from({ length: 110 }, (_, index) => `app-${index}`)
    await writeFile(join(folder, 'cluster.yaml'), names.map(deployment).join(''))
    await running.readAgain()
    const closed = policy(8080).replace('app: cart', 'app: app-7').replace('app: web', 'app: app-8')
    const document = await review(closed, { unchanged: true, external: false })
    const open = running.state.engine.connectivity('workload', { external: false }).connections
    const others = open.filter(({ dst }) => dst !== 'shop/app-7[Deployment]')
    expect(document.unchanged).toEqual({ connections: others.slice(0, MAX_LISTED_CHANGES), total: 109 * 109 })
    expect(others).toHaveLength(109 * 109)
  })

  test('findings that the draft brings and settles are told', async () => {
    const selectsNothing = policy(8080).replace('app: cart', 'app: crt')
    const brought = await review(selectsNothing)
    expect(brought.findings.introduced.map(({ object }) => object.ref)).toContain('NetworkPolicy:shop/cart')
    await writeFile(
      join(folder, 'cluster.yaml'),
      MANIFESTS.replace('podSelector: { matchLabels: { app: cart } }', 'podSelector: { matchLabels: { app: crt } }'),
    )
    await running.readAgain()
    const settled = await review(policy(8080))
    expect(settled.findings.cleared.map(({ object }) => object.ref)).toContain('NetworkPolicy:shop/cart')
  })

  test('the cluster is not touched', async () => {
    const { engine, revision } = running.state
    await review(policy(9090))
    expect(running.state).toMatchObject({ engine, revision })
  })
})

describe('what is wrong in a draft', () => {
  test('a part that cannot be read is left out, and said with its line', async () => {
    const document = await review(`${policy(9090)}\nkind: [broken\n`)
    expect(document.isComplete).toBe(false)
    expect(document.objects).toHaveLength(1)
    expect(document.problems[0]).toMatchObject({ path: 'changes', severity: 'error' })
    expect(document.problems[0]?.line).toBeGreaterThan(10)
  })

  test('nothing that can be read is a problem with its lines', async () => {
    const response = await post(JSON.stringify({ changes: 'kind: NetworkPolicy\nmetadata: [' }))
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = await response.json()
    expect(problem.problems[0]).toMatchObject({ path: 'changes', line: 2 })
  })

  test('nothing that can be read is no refusal for those who ask for its problems', async () => {
    const document = await review('kind: NetworkPolicy\nmetadata: [', { lenient: true })
    expect(document).toMatchObject({ isComplete: false, objects: [], changes: [] })
    expect(document.problems[0]?.line).toBe(2)
  })

  test('a policy that cannot be understood makes its answers unknown and names the line', async () => {
    const broken = policy(9090).replace('ports: [{ port: 9090 }]', 'ports: [{ port: 99999 }]')
    const { problems, unknown, isComplete } = await review(broken)
    expect(isComplete).toBe(true)
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', line: 9 }))
    expect(unknown.length).toBeGreaterThan(0)
  })

  test('a kind that nobody reads has no effect, which is said', async () => {
    const { problems } = await review('apiVersion: networking.k8s.io/v1\nkind: NetworkPolcy\nmetadata: { name: x, namespace: shop }\n')
    expect(problems.map(({ message }) => message)).toContain('networking.k8s.io/v1 NetworkPolcy plays no part in connections')
  })

  test('a kind that the plugin does not know has no effect, which is said', async () => {
    const sidecar =
      'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: cilium, namespace: kube-system }\nspec: { template: { spec: { containers: [] } } }\n'
    await writeFile(join(folder, 'cluster.yaml'), `${MANIFESTS}\n${sidecar}`)
    await running.readAgain()
    const calico = 'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: x }\nspec: { types: [Ingress] }\n'
    const { problems, changes } = await review(calico)
    expect(problems.map(({ message }) => message)).toContain(
      'GlobalNetworkPolicy: the plugin of this cluster (cilium) does not know this kind; it changes no verdict',
    )
    expect(changes).toEqual([])
  })
})

describe('refusals', () => {
  test.each([
    ['another type', () => post('<x/>', 'application/xml'), 415],
    ['no draft', () => post('{}'), 400],
    ['no JSON', () => post('{'), 400],
    ['too long', () => post('#'.repeat(MAX_DRAFT_BYTES + 1), 'application/yaml'), 413],
    ['no such level', () => post('', 'application/yaml', '?level=cluster'), 400],
  ])('%s', async (_name, ask, status) => {
    expect((await ask()).status).toBe(status)
  })

  test.each([
    ['half a document', '{'],
    ['nothing', ''],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ])('a body that is not JSON is called that: %s', async (_name, body) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ title: 'The body is not JSON', detail: 'Send one JSON document in UTF-8.' })
  })

  test('YAML that is no UTF-8 cannot be read', async () => {
    const response = await post(new Uint8Array([0x23, 0xff]), 'application/yaml')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ title: 'The body cannot be read', detail: 'Send UTF-8.' })
  })

  test('drafts without end are turned away, and those that came are answered', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => post(policy(9000 + index), 'application/yaml')))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(8)
    expect(statuses.filter((status) => status === 429)).toHaveLength(4)
    expect((await post(policy(1), 'application/yaml')).status).toBe(200)
  })
})
