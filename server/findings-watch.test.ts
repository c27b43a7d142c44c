import { performance } from 'node:perf_hooks'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Circumstances } from '@/lib/detect/circumstances'
import { aFlowEdge } from '@/lib/graph/testing/a-flow-edge'
import { aDeployment, aPod, aService } from '@/lib/model/testing/objects'
import { type ClusterState, compileCluster } from './cluster-state'
import { FindingsWatch } from './findings-watch'
import { ManualClock } from './testing/manual-clock'

const START = Date.UTC(2026, 4, 1, 12)
const service = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
const web = (replicas = 1) => aDeployment({ name: 'web', namespace: 'shop', replicas, ports: [{ containerPort: 8080 }] })
const other = aDeployment({ name: 'api', namespace: 'shop' })

let watch: FindingsWatch | null = null
afterEach(() => watch?.stop())

/** A watch over a cluster that a test changes. */
function watching(objects: readonly object[]) {
  const clock = new ManualClock(START)
  const read = (bodies: readonly object[]): ClusterState =>
    compileCluster({ documents: bodies.map((body) => ({ body, origin: null })), problems: [], name: 'test', source: 'live' }, 1, START)
  const ground = { state: read(objects), circumstances: { now: START, traffic: null } as Circumstances }
  const made = new FindingsWatch({ clock, state: () => ground.state, circumstances: () => ground.circumstances })
  watch = made
  const ids = async () => (await made.settled()).findings.filter(({ id }) => id.startsWith('SV') || id === 'LB-01').map(({ id }) => id)
  return { clock, ground, watch: made, ids, use: (bodies: readonly object[]) => Object.assign(ground, { state: read(bodies) }) }
}

test('a finding appears with a change of the cluster, keeps its time, and is gone with its cause', async () => {
  const { clock, watch, ids, use } = watching([service, other])
  watch.changed()
  expect(await ids()).toEqual(['SV-01'])
  const first = watch.judged
  expect(first.findings[0]).toMatchObject({ since: START })

  clock.advance(60_000)
  use([service, other, aPod({ name: 'unrelated', namespace: 'shop' })])
  expect(await ids()).toEqual(['SV-01'])
  expect(watch.judged.findings[0]?.since).toBe(START)

  use([service, other, web()])
  watch.changed()
  expect(await ids()).toEqual([])
  expect(watch.judged.revision).toBeGreaterThan(first.revision)
})

test('nothing is counted as new while nothing changes', async () => {
  const { clock, watch, ids } = watching([service, other])
  await ids()
  const { revision } = watch.judged
  for (let round = 0; round < 3; round++) {
    clock.advance(6_000)
    watch.tick()
    await watch.settled()
  }
  expect(watch.judged.revision).toBe(revision)
  expect(watch.judged.judgedAt).toBe(START + 18_000)
})

test('a reading that cannot be judged is said, keeps what was found, and costs nothing later', async () => {
  const { clock, watch, ids, ground, use } = watching([service, other])
  expect(await ids()).toEqual(['SV-01'])
  const before = watch.judged
  const sound = ground.state
  use([service, other, web()])
  vi.spyOn(ground.state.cluster.services, 'values').mockImplementation(() => {
    throw new Error('the Services are broken')
  })
  await watch.settled()
  expect(watch.judged).toMatchObject({ findings: before.findings, judgedAt: START, problem: 'the Services are broken' })
  expect(watch.judged.revision).toBe(before.revision + 1)
  ground.state = { ...sound }
  clock.advance(10_000)
  expect(await ids()).toEqual(['SV-01'])
  expect(watch.judged).toMatchObject({ problem: null, revision: before.revision + 2 })
})

test('what traffic shows comes and goes without a change of the cluster', async () => {
  const owner = { kind: 'StatefulSet', name: 'web' }
  const pods = [1, 2, 3].map((index) =>
    aPod({ name: `web-${index}`, namespace: 'shop', labels: { app: 'web' }, ip: `10.0.0.${index}`, owner }),
  )
  const { clock, ground, watch, ids } = watching([aService({ name: 'web', namespace: 'shop' }), ...pods])
  const edges = [
    aFlowEdge({ from: 'shop/client[Deployment]', to: 'shop/web[StatefulSet]', toPod: 'shop/web-1', verdicts: { forwarded: 300 } }),
  ]
  expect(await ids()).not.toContain('LB-01')
  ground.circumstances = { now: START, traffic: { edges, from: START - 1_000, to: START, lookups: [] } }
  watch.tick()
  expect(await ids()).not.toContain('LB-01')
  clock.advance(5_000)
  watch.tick()
  expect(await ids()).toContain('LB-01')
  ground.circumstances = { now: START, traffic: null }
  clock.advance(5_000)
  watch.tick()
  expect(await ids()).not.toContain('LB-01')
})

test('time and traffic wait too after a judgement that took long', async () => {
  const { clock, ground, watch, use } = watching([service, other])
  await watch.settled()
  const took = 10_000
  use([service, other, web()])
  const now = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(took)
  onTestFinished(() => now.mockRestore())
  await watch.settled()
  now.mockRestore()
  const { judgedAt } = watch.judged

  ground.circumstances = { now: START, traffic: null }
  clock.advance(3 * took)
  watch.tick()
  await watch.settled()
  expect(watch.judged.judgedAt).toBe(judgedAt)
  clock.advance(took)
  await watch.settled()
  expect(watch.judged.judgedAt).toBe(START + 4 * took)
})

test('others get their turn while a large cluster is judged', async () => {
  const pods = Array.from({ length: 3_000 }, (_, index) =>
    aPod({
      name: `p-${index}`,
      namespace: `ns-${index % 30}`,
      labels: { app: `a-${index % 300}` },
      ip: `10.1.${index >> 8}.${index & 255}`,
    }),
  )
  const { watch } = watching(pods)
  watch.changed()
  expect(watch.judged.judgedAt).toBeNull()
  let turns = 0
  const done = watch.settled().then(() => (turns = -turns))
  while (turns >= 0 && watch.judged.judgedAt === null) {
    turns++
    await new Promise((resolve) => setImmediate(resolve))
  }
  await done
  expect(-turns).toBeGreaterThan(3)
})
