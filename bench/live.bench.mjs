// @ts-check
// What a person waits for: the first start, later starts, a flow on the screen; and the memory it takes.
// Run: node bench/live.bench.mjs [--cold]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { CHROMIUM } from '../testing/chromium.mjs'
import { startServer } from '../testing/start-server.mjs'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const POSTS = 30

/**
 * @param {string} folder
 * @param {Record<string, string | undefined>} environment
 */
async function start(folder, environment = {}) {
  const began = performance.now()
  const server = await startServer(['--cluster', 'demo', '--flows', 'ingest'], { folder, environment, command: ['bin/start.mjs'] })
  return { ...server, ms: performance.now() - began }
}

/** @param {number} pid */
function residentMiB(pid) {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Math.round(Number(line?.[1] ?? 0) / 1024)
}

/**
 * @param {readonly number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
}

/** @param {number} port */
function flowLine(port) {
  return JSON.stringify({
    flow: {
      time: new Date().toISOString(),
      verdict: 'DROPPED',
      drop_reason_desc: 'POLICY_DENIED',
      l4: { TCP: { source_port: 40_000 + port, destination_port: port, flags: { SYN: true } } },
      source: { namespace: 'batch', pod_name: 'bench-0', workloads: [{ name: 'bench', kind: 'StatefulSet' }] },
      destination: { namespace: 'payments', pod_name: 'ledger-0', workloads: [{ name: 'ledger', kind: 'Deployment' }] },
      Type: 'L3_L4',
      event_type: { type: 5 },
      traffic_direction: 'INGRESS',
    },
  })
}

if (process.argv.includes('--cold')) {
  const home = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  execFileSync('git', ['clone', '--quiet', packageFolder, join(home, 'clone')])
  const cold = await start(join(home, 'clone'), { HOME: home })
  console.log(`first start of a fresh clone with an empty home: ${(cold.ms / 1000).toFixed(1)} s`)
  await cold.stop()
  rmSync(home, { recursive: true })
}

const warm = []
for (let round = 0; round < 3; round++) {
  const server = await start(packageFolder)
  if (round > 0) warm.push(server.ms)
  await server.stop()
}
console.log(`later start: ${warm.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ')}`)

const server = await start(packageFolder)
const browser = await chromium.launch(CHROMIUM)
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
await page.goto(`${server.url}/map?q=from:ns:batch+to:ns:payments&as=table&level=workload`)
await page.getByRole('link', { name: /\d lost/ }).waitFor()
await page.waitForTimeout(5_000)
const waits = []
for (let port = 20_000; port < 20_000 + POSTS; port++) {
  const began = performance.now()
  await fetch(`${server.url}/api/v1/flows`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${flowLine(port)}\n`,
  })
  await page.getByRole('row', { name: `TCP ${port}` }).waitFor()
  waits.push(performance.now() - began)
  await page.waitForTimeout(Math.random() * 700)
}
console.log(`posted flow on the screen: median ${quantile(waits, 0.5)} ms, 95 % ${quantile(waits, 0.95)} ms (${POSTS} posts)`)
const metrics = await page.context().newCDPSession(page)
await metrics.send('HeapProfiler.collectGarbage')
const { usedSize } = await metrics.send('Runtime.getHeapUsage')
console.log(
  `script heap of the page: ${Math.round(usedSize / 2 ** 20)} MiB; memory of the server: ${residentMiB(server.process.pid ?? 0)} MiB`,
)
await browser.close()
await server.stop()
