import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'playwright/test'
import { loopbackClickhouse } from '../server/store/testing/loopback-clickhouse'
import { HAS_CHDB, openEmbedded, type TestEngine } from '../server/store/testing/open-embedded'
import { freePort } from '../testing/free-port'
import { type StartedServer, startServer } from '../testing/start-server.mjs'
import { aPodOfShop } from './pod-manifest'

test.skip(!HAS_CHDB, 'chDB has no library for this machine')

const PODS = aPodOfShop('web', '10.0.0.1') + aPodOfShop('cart', '10.0.0.2')

let folder = ''
let engine: TestEngine
let store: Awaited<ReturnType<typeof loopbackClickhouse>>
const started: StartedServer[] = []

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-roles-'))
  writeFileSync(join(folder, 'shop.yaml'), PODS)
  engine = await openEmbedded()
  store = await loopbackClickhouse(engine.engine)
})
test.afterAll(async () => {
  await Promise.all(started.map((server) => server.stop('SIGKILL')))
  await store?.close()
  await engine?.remove()
  rmSync(folder, { recursive: true })
})

async function start(role: string, more: readonly string[], listen = '127.0.0.1:0'): Promise<StartedServer> {
  const options = ['--role', role, '--cluster', `manifests:${folder}`, '--store', `clickhouse:${store.url}sluice`]
  const server = await startServer([...options, ...more], { listen })
  started.push(server)
  return server
}

async function read<T>(server: StartedServer, path: string): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1/${path}`)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function post(server: StartedServer, first: number, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) => {
    const verdict = index % 10 === 0 ? 'dropped' : 'forwarded'
    return JSON.stringify({ time: new Date().toISOString(), from: 'shop/web', to: 'shop/cart', port: 80, verdict, id: `${first + index}` })
  })
  const answer = await fetch(`${server.url}/api/v1/flows?format=flow-line`, { method: 'POST', body: lines.join('\n') })
  expect(await answer.json()).toMatchObject({ accepted: count })
}

type Status = { sources: { name: string; state: string; message: string | null; ledger: { received: number; queued: number } }[] }
type Topology = { edges: { id: string; relation: string; verdicts: Record<string, number> | null }[] }

/** What a web process shows: connections on the map, flows in the table, columns of the timeline. */
async function shown(web: StartedServer) {
  const { edges } = await read<Topology>(web, 'topology?level=workload&window=15m')
  const { flows } = await read<{ flows: { id: string }[] }>(web, 'flows?limit=1000')
  const { sources } = await read<Status>(web, 'status')
  const traffic = edges.filter(({ relation }) => relation === 'traffic').map(({ id, verdicts }) => [id, verdicts])
  return {
    traffic,
    flows: new Set(flows.map(({ id }) => id)).size,
    rows: flows.length,
    ingest: sources.find(({ name }) => name === 'ingest'),
  }
}

test('what is posted to a collector is shown by every web process, also after the collector was killed', async () => {
  test.setTimeout(240_000)
  // The next run of a collector is known by its port.
  const port = await freePort()
  const collector = await start('collector', ['--flows', 'ingest'], `127.0.0.1:${port}`)
  const webs = [await start('web', []), await start('web', [])]

  // A collector shows no page, and a web process takes no flows.
  expect((await fetch(`${collector.url}/map`)).status).toBe(404)
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
  expect((await fetch(`${webs[0]?.url}/api/v1/flows`, { method: 'POST', body: '{}' })).status).toBe(404)
  expect((await fetch(`${webs[0]?.url}/map`)).status).toBe(200)

  await post(collector, 1_000, 200)
  const postedAt = performance.now()
  for (const web of webs) {
    await expect(async () => {
      const { traffic, flows, rows, ingest } = await shown(web)
      expect(traffic).toEqual([[expect.any(String), expect.objectContaining({ forwarded: 180, dropped: 20 })]])
      expect([flows, rows]).toEqual([200, 200])
      expect(ingest).toMatchObject({ state: 'live', ledger: { received: 200, queued: 0 } })
    }).toPass({ timeout: 30_000 })
  }
  process.stdout.write(`shown by both after ${Math.round(performance.now() - postedAt)} ms\n`)
  const own = await read<Status>(collector, 'status')
  expect((await shown(webs[0] as StartedServer)).ingest?.ledger).toEqual(own.sources[0]?.ledger)

  // What was acknowledged by the store stays; the web processes say who is gone.
  await sleep(7_000)
  await collector.stop('SIGKILL')
  const killedAt = performance.now()
  for (const web of webs) {
    await expect(async () => {
      const { sources } = await read<Status>(web, 'status')
      expect(sources.map(({ state }) => state)).toEqual(['failed', 'failed'])
      expect(sources[0]?.message).toMatch(/^no collector has written for \d+ s/)
      expect(sources[1]?.message).toMatch(/has not written for \d+ s/)
    }).toPass({ timeout: 40_000 })
  }
  process.stdout.write(`said to be gone after ${Math.round(performance.now() - killedAt)} ms\n`)

  const again = await start('collector', ['--flows', 'ingest'], `127.0.0.1:${port}`)
  await post(again, 5_000, 100)
  for (const web of webs) {
    await expect(async () => {
      const { traffic, flows, rows, ingest } = await shown(web)
      expect(traffic).toEqual([[expect.any(String), expect.objectContaining({ forwarded: 270, dropped: 30 })]])
      expect([flows, rows]).toEqual([300, 300])
      expect(ingest).toMatchObject({ state: 'live', ledger: { received: 100 } })
    }).toPass({ timeout: 40_000 })
  }
  const past = new Date(Date.now() - 1_000).toISOString()
  const { edges } = await read<Topology>(webs[1] as StartedServer, `topology?level=workload&at=${past}&window=15m`)
  expect(edges.filter(({ relation }) => relation === 'traffic')).toHaveLength(1)
})
