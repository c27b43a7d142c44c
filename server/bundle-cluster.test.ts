import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { GET as getChanges } from '@/app/api/v1/changes/route'
import { GET as getExport } from '@/app/api/v1/export/route'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from '@/lib/flows/testing/an-observed-flow'
import { WHOLE_CLUSTER } from '@/lib/graph/view'
import { aNamespace, anObject, aPod } from '@/lib/model/testing/objects'
import { readBundle } from './bundle/read-bundle'
import { DEFAULT_CONFIG } from './config'
import { Runtime } from './running'
import { settleCluster } from './settle-cluster'
import { ChangingCluster } from './testing/changing-cluster'
import { holdRuntime } from './testing/hold-runtime'
import { ManualClock } from './testing/manual-clock'

const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => holdRuntime(null))

const policy = (from: string) =>
  anObject('networking.k8s.io/v1', 'NetworkPolicy', {
    name: 'cart',
    namespace: 'shop',
    spec: { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: from } } }] }] },
  })
const pod = (name: string, ip: string) => aPod({ name, namespace: 'shop', labels: { app: name }, ip })
const OBJECTS = [aNamespace({ name: 'shop' }), pod('web', '10.0.0.1'), pod('cart', '10.0.0.2'), pod('job', '10.0.0.3')]

/** A cluster with flows, of which one was refused, and a policy that changed. */
async function aCluster(): Promise<{ running: Runtime; clock: ManualClock }> {
  const clock = new ManualClock(TEN)
  const cluster = new ChangingCluster([...OBJECTS, policy('web')])
  const running = new Runtime({ ...DEFAULT_CONFIG, flows: [{ kind: 'ingest' }] }, clock, cluster)
  await running.start()
  const from = (name: string, ip: string, over: object) =>
    anObservedFlow({ source: anEnd({ namespace: 'shop', pod: name, ip }), bytes: 1_200, ...over })
  running.intakes[0]?.accept({
    ...aBatch([
      from('web', '10.0.0.1', { time: TEN - 20_000 }),
      from('web', '10.0.0.1', { time: TEN - 5_000, sourcePort: 40_001 }),
      from('job', '10.0.0.3', { time: TEN - 1_000, verdict: 'dropped', reason: 'policy/default-deny', sourcePort: 40_002 }),
    ]),
    lostAtSource: 3,
    ignored: new Map([['blank', 2]]),
  })
  clock.advance(60_000)
  cluster.set([...OBJECTS, policy('job')])
  await running.readAgain()
  clock.advance(2_000)
  await running.findingsWatch.settled()
  return { running, clock }
}

async function exported(running: Runtime, query = ''): Promise<Response> {
  holdRuntime(running)
  return getExport(new Request(`http://localhost/api/v1/export?format=bundle${query}`))
}

async function opened(running: Runtime): Promise<Runtime> {
  const path = join(folder, 'a.sluice.gz')
  writeFileSync(path, new Uint8Array(await (await exported(running)).arrayBuffer()))
  const settled = settleCluster({ cluster: { kind: 'bundle', path }, kubeconfig: null, contexts: [], flows: [] }, {}, folder)
  if (!settled.ok) throw new Error(settled.error.message)
  // Days later, on a machine whose clock says so.
  const recorded = new Runtime({ ...DEFAULT_CONFIG, cluster: settled.value.cluster }, new ManualClock(TEN + 1e9))
  await recorded.start()
  await recorded.findingsWatch.settled()
  return recorded
}

const changesOf = async (running: Runtime) => {
  holdRuntime(running)
  return (await getChanges(new Request('http://localhost/api/v1/changes'))).json()
}

describe('a cluster that was exported and opened elsewhere', () => {
  test('shows the same map, at the moment when it was recorded', async () => {
    const { running } = await aCluster()
    const recorded = await opened(running)
    const [before, after] = [running.graph.topology(WHOLE_CLUSTER), recorded.graph.topology(WHOLE_CLUSTER)]
    expect(after).toEqual(before)
    expect(after.edges.filter(({ basis }) => basis === 'observed' || basis === 'computed')).not.toEqual([])
    expect(recorded.moments.flowEdges(TEN - 900_000, TEN + 62_000)).toEqual(running.moments.flowEdges(TEN - 900_000, TEN + 62_000))
    for (let second = 0; second < 10; second++) recorded.tick()
    expect(recorded.graph.topology(WHOLE_CLUSTER)).toEqual(before)
  })

  test('has the same findings, changes and ledger', async () => {
    const { running } = await aCluster()
    const recorded = await opened(running)
    const keys = ({ findings }: { findings: readonly { id: string; object: object }[] }) =>
      findings.map(({ id, object }) => ({ id, object }))
    expect(keys(recorded.findingsWatch.judged)).toEqual(keys(running.findingsWatch.judged))
    const [before, after] = [await changesOf(running), await changesOf(recorded)]
    expect(after).toEqual(before)
    expect(after.changes).toMatchObject([{ ref: 'NetworkPolicy:shop/cart', verdicts: { opened: 1, closed: 1 } }])
    expect(recorded.intakes[0]?.ledger).toEqual(running.intakes[0]?.ledger)
    expect(recorded.intakes[0]?.ledger).toMatchObject({ received: 5, stored: 3, lostAtSource: 3 })
  })

  test('says that it is a recording', async () => {
    const { running } = await aCluster()
    const { cluster, sources } = (await opened(running)).summary()
    expect(cluster).toMatchObject({ name: 'test', source: 'live', recording: { at: TEN + 62_000, masked: false } })
    expect(sources).toMatchObject([{ name: 'ingest', state: 'ended', perSecond: 0, lost: 3 }])
  })

  test('can be exported again', async () => {
    const { running } = await aCluster()
    const recorded = await opened(running)
    expect((await opened(recorded)).graph.topology(WHOLE_CLUSTER)).toEqual(running.graph.topology(WHOLE_CLUSTER))
  })
})

test('the file has a name that says what it is, and the view that it was saved from', async () => {
  const { running } = await aCluster()
  const answer = await exported(running, '&namespaces=shop&level=pod&theme=dark')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="test-2026-05-04T100102Z.sluice.gz"')
  const { header } = await readBundle(bytesOf(answer))
  expect(header).toMatchObject({ view: 'namespaces=shop&level=pod', recordedAt: TEN + 62_000 })
})

test('a bundle that cannot be opened is a problem to show, not a crash', async () => {
  const path = join(folder, 'broken.sluice.gz')
  const { running } = await aCluster()
  const bytes = new Uint8Array(await (await exported(running)).arrayBuffer())
  writeFileSync(path, bytes.subarray(0, bytes.length - 20))
  const cluster = { kind: 'bundle', path, name: 'test', at: TEN, masked: false } as const
  const recorded = new Runtime({ ...DEFAULT_CONFIG, cluster }, new ManualClock(TEN))
  await recorded.start()
  expect(recorded.sync()).toMatchObject({ state: 'stale', message: 'the bundle ends too early: it was cut off, or is still being written' })
})

test.each([
  [{ flows: [{ kind: 'ingest' as const }] }, 'usage', '--flows and --cluster bundle do not go together'],
  [{ contexts: ['prod'] }, 'usage', '--context goes with --cluster kubeconfig'],
  [{}, 'input', 'no such file or folder'],
])('what does not go with a bundle is refused: %j', (over, kind, message) => {
  const wish = { cluster: { kind: 'bundle' as const, path: '/nowhere.sluice.gz' }, kubeconfig: null, contexts: [], flows: [], ...over }
  const settled = settleCluster(wish, {}, folder)
  expect(settled).toMatchObject({ ok: false, error: { kind, message: expect.stringContaining(message) } })
})

async function* bytesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  for (const reader = body?.getReader(); ; ) {
    const read = await reader?.read()
    if (read?.value === undefined) return
    yield read.value
  }
}
