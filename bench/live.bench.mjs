// @ts-check
// What a person waits for: the first start, later starts, a flow on the screen; and the memory it takes.
// Run: node bench/live.bench.mjs [--cold]
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const POSTS = 30

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} environment
 */
async function start(folder, environment = process.env) {
  const began = performance.now()
  const child = spawn(process.execPath, ['bin/start.mjs', '--cluster', 'demo', '--flows', 'ingest', '--listen', '127.0.0.1:0'], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
      const ready = /^Sluice is ready on (\S+)\/$/m.exec(output)
      if (ready) resolve(ready[1])
    })
    child.on('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
  const ms = performance.now() - began
  const stop = () => new Promise((resolve) => child.on('exit', resolve).kill('SIGTERM'))
  return { url, ms, pid: child.pid ?? 0, stop }
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
  const cold = await start(join(home, 'clone'), { ...process.env, HOME: home })
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
const browser = await chromium.launch({
  executablePath: process.env.SLUICE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
})
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
console.log(`script heap of the page: ${Math.round(usedSize / 2 ** 20)} MiB; memory of the server: ${residentMiB(server.pid)} MiB`)
await browser.close()
await server.stop()
