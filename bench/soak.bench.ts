import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '../testing/start-server.mjs'
import { generateCluster } from './generate-cluster'
import { type SentSoFar, serveFlows } from './soak/observer'
import { childrenOf, type ProcessUse, processUse } from './soak/process-use'
import { type Account, accountOf, readMetrics, unaccounted } from './soak/server-metrics'
import { type Seen, watchStreams } from './soak/viewers'

/**
 * The built server as `npm start` runs it, with objects of a generated cluster and a store on disk, fed by Hubble's real wire
 * from a second process and looked at by event streams of a third: memory, delays, and whether every flow is accounted for.
 * Run it with `node bench/run.mjs soak`; `BENCH_RATE` (flows a second, 20000), `BENCH_VIEWERS` (200), `BENCH_MINUTES` (2),
 * `BENCH_PODS` (1000), `BENCH_PROFILE` (folder for a profile of the server's processor time).
 */
const RATE = setting('BENCH_RATE', 20_000)
const VIEWERS = setting('BENCH_VIEWERS', 200)
const MINUTES = setting('BENCH_MINUTES', 2)
const PODS = setting('BENCH_PODS', 1_000)
const NAMESPACES = 8
const REPORT_MS = 30_000
const SETTLE_MS = 60_000
const MIB = 1024 * 1024
const NOTHING: ProcessUse = { seconds: 0, waitedSeconds: 0, residentBytes: 0, ownBytes: 0 }

type Role = 'flows' | 'viewers'
const role = process.argv[2] as Role | undefined
if (role === 'flows') await serveFlows(PODS, RATE)
else if (role === 'viewers') await watchStreams(process.argv[3] ?? '', VIEWERS, NAMESPACES)
else await soak()

async function soak(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-soak-'))
  const flows = fork(process.argv[1] as string, ['flows'])
  const children = [flows]
  let server: Awaited<ReturnType<typeof startServer>> | null = null
  try {
    const { port, edges } = await answer<{ port: number; edges: number }>(flows)
    await writeCluster(join(folder, 'cluster'))
    server = await startServer(
      ['--cluster', `manifests:${join(folder, 'cluster')}`, '--flows', `hubble:127.0.0.1:${port}`, '--store', `embedded:${folder}/store`],
      { folder: process.cwd(), command: [...profiling(), 'bin/sluice.mjs', 'serve'] },
    )
    const viewers = fork(process.argv[1] as string, ['viewers', server.url])
    children.push(viewers)
    await answer(viewers)
    say(`${RATE} flows/s between ${PODS} pods (${edges} pairs), ${VIEWERS} viewers, ${MINUTES} minutes\n`)
    const watched = { url: server.url, pid: server.process.pid as number, flows, viewers }
    const reports: Report[] = [await look(watched, null)]
    const end = performance.now() + MINUTES * 60_000
    while (performance.now() < end) {
      await delay(Math.min(REPORT_MS, end - performance.now()))
      const report = await look(watched, reports.at(-1) ?? null)
      reports.push(report)
      print(report)
    }
    conclude(reports, await settle(watched))
  } finally {
    await server?.stop()
    for (const child of children) child.kill()
    await rm(folder, { recursive: true, force: true })
  }
  process.exit(0)
}

type Watched = { readonly url: string; readonly pid: number; readonly flows: ChildProcess; readonly viewers: ChildProcess }
type Parts = Readonly<Record<'server' | 'store' | 'flows' | 'viewers', ProcessUse>>
type Report = {
  readonly at: number
  readonly parts: Parts
  /** Cores that each part used since the report before. */
  readonly cores: Readonly<Record<keyof Parts, number>>
  /** Share of the time in which the server's main thread could have run and other programs had the cores. */
  readonly waited: number
  readonly heapBytes: number
  readonly externalBytes: number
  readonly loop: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly account: Account
  readonly queuedRows: number
  readonly writtenRows: number
  readonly connections: { readonly edges: number; readonly sums: number }
  readonly sent: SentSoFar
  readonly seen: Seen
  readonly seconds: number
}

async function look({ url, pid, flows, viewers }: Watched, before: Report | null): Promise<Report> {
  const { sent } = await ask<{ sent: SentSoFar }>(flows, 'sent')
  const { seen } = await ask<{ seen: Seen }>(viewers, 'seen')
  const metrics = await readMetrics(url)
  const gauge = (name: string) => metrics.get(name) ?? 0
  const at = performance.now()
  const store = childrenOf(pid)
    .map(processUse)
    .reduce((sum, each) => (each.residentBytes > sum.residentBytes ? each : sum), NOTHING)
  const parts: Parts = { server: processUse(pid), store, flows: childUse(flows), viewers: childUse(viewers) }
  const seconds = before === null ? 0 : (at - before.at) / 1_000
  const cores = (part: keyof Parts) => (before === null ? 0 : (parts[part].seconds - before.parts[part].seconds) / seconds)
  return {
    at,
    seconds,
    parts,
    cores: { server: cores('server'), store: cores('store'), flows: cores('flows'), viewers: cores('viewers') },
    waited: before === null ? 0 : (parts.server.waitedSeconds - before.parts.server.waitedSeconds) / seconds,
    heapBytes: gauge('nodejs_heap_size_used_bytes'),
    externalBytes: gauge('nodejs_external_memory_bytes'),
    loop: { p50: loopMs(metrics, '0.5'), p99: loopMs(metrics, '0.99'), max: loopMs(metrics, '1') },
    account: accountOf(metrics),
    queuedRows: gauge('sluice_store_queued_rows'),
    writtenRows: gauge('sluice_store_rows_total'),
    connections: { edges: gauge('sluice_flow_window_edges'), sums: gauge('sluice_flow_window_sums') },
    sent,
    seen,
  }
}

function loopMs(metrics: ReadonlyMap<string, number>, quantile: string): number {
  return 1_000 * (metrics.get(`sluice_event_loop_delay_seconds{quantile="${quantile}"}`) ?? 0)
}

/** Stops the flows and waits until all that were sent have their place. */
async function settle(watched: Watched): Promise<Report> {
  const { sent } = await ask<{ sent: SentSoFar }>(watched.flows, 'stop')
  const until = performance.now() + SETTLE_MS
  for (;;) {
    const report = await look(watched, null)
    const { received, queued } = report.account
    if ((received >= sent.records + sent.lostEvents && queued === 0) || performance.now() > until) return report
    await delay(500)
  }
}

function print({
  seconds,
  parts,
  cores,
  waited,
  heapBytes,
  externalBytes,
  loop,
  account,
  queuedRows,
  writtenRows,
  connections,
  sent,
  seen,
}: Report): void {
  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`
  const part = (name: keyof Parts) => `${name} ${cores[name].toFixed(2)}`
  const shedded = [...account.others].map(([reason, count]) => `${reason} ${count}`).join(', ')
  say(`after ${Math.round(seconds)} s more`)
  say(
    `  cores: ${part('server')}, ${part('store')}, ${part('flows')}, ${part('viewers')}; the server waited for a core ${Math.round(100 * waited)} % of the time`,
  )
  say(`  server: resident ${mib(parts.server.residentBytes)}, heap ${mib(heapBytes)}, external ${mib(externalBytes)}`)
  say(
    `  store: resident ${mib(parts.store.residentBytes)}, of its own ${mib(parts.store.ownBytes)}; rows waiting ${queuedRows}, written ${writtenRows}`,
  )
  say(`  event loop: p50 ${loop.p50.toFixed(1)} ms, p99 ${loop.p99.toFixed(1)} ms, most ${loop.max.toFixed(0)} ms`)
  say(`  window: ${connections.edges} edges, ${connections.sums} sums`)
  say(
    `  flows: sent ${sent.records}, not sent ${sent.lost}; received ${account.received}, stored ${account.stored}, waiting ${account.queued}`,
  )
  say(`    ${shedded}; lost at source ${account.lostAtSource}; unaccounted ${unaccounted(account)}`)
  say(
    `  viewers: ${seen.open} open, ${seen.ended} ended, ${(seen.messages / seconds).toFixed(0)} messages/s, ${(seen.bytes / seconds / 1024).toFixed(0)} KiB/s; pulse late by p50 ${seen.delay.p50} ms, p99 ${seen.delay.p99} ms, most ${seen.delay.max} ms; between pulses p50 ${seen.gap.p50} ms, p99 ${seen.gap.p99} ms, most ${seen.gap.max} ms`,
  )
}

function conclude(reports: readonly Report[], last: Report): void {
  const { account, sent } = last
  const ignored = account.others.get('ignored lost-events') ?? 0
  const missing = sent.records + sent.lostEvents - account.received
  const steady = reports.slice(1)
  const most = (values: readonly number[]) => Math.max(...values)
  say('\nat the end, after the last flow')
  say(
    `  records sent ${sent.records}, received ${account.received - ignored}, never received ${missing}, unaccounted ${unaccounted(account)}`,
  )
  say(`  connections ${sent.connections}, stored ${account.stored}, waiting ${account.queued}`)
  for (const [reason, count] of account.others) say(`    ${reason}: ${count}`)
  say(`  not sent because the server was slow ${sent.lost}, lost at source as the server counts ${account.lostAtSource}`)
  say(`  event loop p99, worst of all reports: ${most(steady.map(({ loop }) => loop.p99)).toFixed(1)} ms`)
  say(`  resident MiB of the server: ${steady.map(({ parts }) => Math.round(parts.server.residentBytes / MIB)).join(', ')}`)
  say(`  resident MiB of the store: ${steady.map(({ parts }) => Math.round(parts.store.residentBytes / MIB)).join(', ')}`)
}

/** One file for each kind, as a cluster is written down. */
async function writeCluster(folder: string): Promise<void> {
  await mkdir(folder)
  const byKind = new Map<string, object[]>()
  for (const document of generateCluster(PODS).documents) {
    const kind = 'kind' in document ? String(document.kind) : 'other'
    byKind.set(kind, [...(byKind.get(kind) ?? []), document])
  }
  for (const [kind, documents] of byKind) {
    await writeFile(join(folder, `${kind}.json`), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents }))
  }
}

async function ask<Answer>(child: ChildProcess, question: string): Promise<Answer> {
  const heard = answer<Answer>(child)
  child.send(question)
  return heard
}

async function answer<Answer>(child: ChildProcess): Promise<Answer> {
  const [message] = await once(child, 'message')
  return message as Answer
}

function childUse({ pid }: ChildProcess): ProcessUse {
  return pid === undefined ? NOTHING : processUse(pid)
}

function profiling(): readonly string[] {
  const folder = process.env.BENCH_PROFILE
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

function setting(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback)
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`${name} is no number`)
  return value
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
