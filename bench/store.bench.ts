import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseFilter } from '@/lib/flows/filter'
import { compileFilter } from '@/lib/flows/filter-match'
import type { Flow, FlowEndpoint } from '@/lib/flows/flow'
import { podRef, workloadRef } from '@/lib/model/names'
import { EmbeddedEngine, engineProgram } from '@/server/store/engine/embedded-engine'
import { END_COLUMNS, EndBook } from '@/server/store/rows/end-book'
import { FLOW_COLUMNS, writeFlow } from '@/server/store/rows/flow-rows'
import { JsonLines } from '@/server/store/rows/json-lines'
import { SETUP_LIMITS } from '@/server/store/sql/query-limits'
import { HOUR_MS, ROLLUPS } from '@/server/store/sql/rollups'
import { SqlStore } from '@/server/store/sql-store'
import { fillEnds, fillFlows, fillSums, type RowPlan } from './store-rows'

/**
 * What the embedded store costs: flows written a second of processor time of the server and the store process together,
 * bytes of a stored flow, and questions over a day of many flows. Run it with `node bench/run.mjs store`;
 * `BENCH_ROWS=50000000` is the size of the goals, which takes minutes to fill. `BENCH_FOLDER` names a folder to keep: when
 * it was filled before, only the questions are asked, of the day that it holds.
 */
const ROWS = Number(process.env.BENCH_ROWS ?? 5_000_000)
const WRITTEN = 500_000
const BATCHES = [10_000, 50_000]
const DAY_SECONDS = 86_400

async function main(): Promise<void> {
  const kept = process.env.BENCH_FOLDER
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'sluice-bench-')))
  const engine = new EmbeddedEngine({ folder, program: engineProgram(process.cwd()), now: () => Date.now() })
  const schema = { database: 'sluice', placement: { kind: 'single' as const }, keptDays: 14 }
  const store = new SqlStore({ kind: 'embedded', engine, schema, cluster: 'bench', writer: 7 })
  try {
    const opened = performance.now()
    await store.open()
    say('start', `${ms(opened)} ms`)
    if ((await store.usage()).newest === null) {
      for (const batch of BATCHES) await measureWriting(engine, store, batch)
      await fill(engine, store)
    }
    await measureSize(engine)
    await measureQuestions(engine, store)
    await engine.close()

    const again = new EmbeddedEngine({ folder, program: engineProgram(process.cwd()), now: () => Date.now() })
    const started = performance.now()
    await new SqlStore({ kind: 'embedded', engine: again, schema, cluster: 'bench', writer: 8 }).open()
    say('start with the full store', `${ms(started)} ms`)
    await again.close()
  } finally {
    await engine.close()
    if (kept === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Rows of 5,000 pods as the archive writes them: small batches, and those of a second at the rate that is wanted. */
async function measureWriting(engine: EmbeddedEngine, store: SqlStore, batch: number): Promise<void> {
  const ends = Array.from({ length: 5_000 }, (_, index) => aPod(index))
  const flows = Array.from({ length: WRITTEN }, (_, index) => aFlow(index, ends))
  const book = new EndBook('writing', 100_000)
  const context = { cluster: '"writing"', writer: 1, ends: book }
  const now = Date.now()
  const [ours, theirs] = [process.cpuUsage(), await storeProcessor(engine)]
  const started = performance.now()
  const lines = new JsonLines()
  for (let first = 0; first < WRITTEN; first += batch) {
    const some = flows.slice(first, first + batch)
    for (const [index, flow] of some.entries()) writeFlow(lines, flow, first + index, 0, now, context)
    const token = `${batch} ${first}`
    const newEnds = Buffer.from(book.take().join('') || '\n')
    await store.append({ table: 'ends', columns: END_COLUMNS, text: newEnds, rows: 0, token: `e${token}` })
    await store.append({ table: 'flows', columns: FLOW_COLUMNS, text: lines.take(), rows: some.length, token: `f${token}` })
  }
  const wall = performance.now() - started
  const used = process.cpuUsage(ours)
  const server = (used.user + used.system) / 1e6
  const engineSeconds = (await storeProcessor(engine)) - theirs
  const rate = Math.round(WRITTEN / (server + engineSeconds)).toLocaleString('en')
  say(`flows stored a second of processor time, ${batch.toLocaleString('en')} at once`, `${rate}, server and store`)
  say(
    '  of that, in the server and in the store process',
    `${server.toFixed(2)} s and ${engineSeconds.toFixed(2)} s for ${WRITTEN}, ${(wall / 1000).toFixed(1)} s by the clock`,
  )
}

async function fill(engine: EmbeddedEngine, store: SqlStore): Promise<void> {
  const plan: RowPlan = { rows: ROWS, pairs: 20_000, rate: ROWS / DAY_SECONDS, until: Math.floor(Date.now() / 1000) - 60 }
  const started = performance.now()
  const run = (sql: string) => engine.command({ sql, parameters: {} })
  const step = 1_000_000
  for (let first = 0; first < ROWS; first += step) {
    await run(fillFlows('flows', plan, first, Math.min(step, ROWS - first)))
    await run(fillFlows('drops', plan, first, Math.min(step, ROWS - first)))
  }
  await run(fillEnds(plan))
  for (let hour = 0; hour <= 24; hour++) await run(fillSums(plan.until - (hour + 1) * 3600, plan.until - hour * 3600))
  for (const rollup of ROLLUPS) await store.sumUp(rollup, { from: (plan.until - DAY_SECONDS) * 1000 - 6 * HOUR_MS, to: plan.until * 1000 })
  say('rows filled', `${ROWS.toLocaleString('en')} over a day, 20,000 pairs, in ${(ms(started) / 1000).toFixed(0)} s`)
}

async function measureSize(engine: EmbeddedEngine): Promise<void> {
  const rows = await engine.query(
    {
      sql: "SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'sluice' GROUP BY table ORDER BY table",
      parameters: {},
    },
    SETUP_LIMITS,
  )
  for (const [table, count, bytes] of rows) {
    say(`  ${table}`, `${Number(count).toLocaleString('en')} rows, ${(Number(bytes) / Number(count)).toFixed(1)} bytes each`)
  }
}

async function measureQuestions(engine: EmbeddedEngine, store: SqlStore): Promise<void> {
  const to = ((await store.usage()).newest ?? 0) + 60_000
  const day = { from: to - DAY_SECONDS * 1000, to }
  const read = (text: string) => {
    const filter = parseFilter(text)
    if (!filter.ok) throw new Error(filter.error.message)
    return compileFilter(filter.value)
  }
  const ask = async (name: string, question: () => Promise<number>) => {
    const runs: { readonly clock: number; readonly processor: number }[] = []
    let found = 0
    for (let run = 0; run < 5; run++) {
      const [started, ours, before] = [performance.now(), process.cpuUsage(), await storeProcessor(engine)]
      found = await question()
      const used = process.cpuUsage(ours)
      const processor = (used.user + used.system) / 1000 + ((await storeProcessor(engine)) - before) * 1000
      runs.push({ clock: performance.now() - started, processor })
    }
    const clock = Math.min(...runs.map((run) => run.clock))
    const processor = Math.min(...runs.map((run) => run.processor))
    say(name, `${clock.toFixed(0)} ms at best of 5, ${processor.toFixed(0)} ms of processor time of both processes; ${found} found`)
  }
  await ask('map of 24 h', async () => (await store.edges({ ...day, namespaces: [] })).edges.length)
  await ask('map of 24 h, one namespace', async () => (await store.edges({ ...day, namespaces: ['ns-7'] })).edges.length)
  await ask('timeline of 24 h', async () =>
    Object.values((await store.histogram({ ...day, buckets: 90, filter: null })).counts)
      .flat()
      .reduce((sum, count) => sum + count, 0),
  )
  const page = { ...day, before: null, limit: 100 }
  await ask('newest flows', async () => (await store.flows({ ...page, filter: null })).flows.length)
  await ask('refused flows', async () => (await store.flows({ ...page, filter: read('verdict:dropped') })).flows.length)
  await ask(
    'refused flows to one workload',
    async () => (await store.flows({ ...page, filter: read('verdict:dropped to:workload:svc-3') })).flows.length,
  )
}

function aPod(index: number): FlowEndpoint {
  const namespace = `ns-${index % 60}`
  return {
    ref: `${namespace}/app-${index}`,
    namespace,
    workload: workloadRef(namespace, `app-${index % 900}`, 'Deployment'),
    pod: podRef(namespace, `app-${index}`),
    service: null,
    ip: `10.0.${index >> 8}.${index & 255}`,
    group: null,
    identity: 'stated',
    candidates: [],
  }
}

function aFlow(index: number, ends: readonly FlowEndpoint[]): Flow {
  const [source, destination] = [ends[(index * 7919) % 5_000], ends[(index * 104_729) % 4_999]]
  if (source === undefined || destination === undefined) throw new RangeError('no such end')
  const time = Date.now() - WRITTEN + index
  return {
    id: '',
    time,
    windowTime: time,
    source,
    destination,
    protocol: 'TCP',
    port: 8_080,
    sourcePort: 32_768 + (index % 28_000),
    verdict: 'forwarded',
    reason: null,
    rawReason: null,
    direction: 'ingress',
    policies: [],
    l7: null,
    bytes: null,
    packets: null,
    count: 1,
    guessedOrder: false,
    node: `node-${index % 100}`,
    reporter: 'hubble',
    computed: 'allowed',
  }
}

/** Processor time of the store process since its start, in seconds; 0 where the system does not tell. */
async function storeProcessor({ pid }: EmbeddedEngine): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  return ticks / 100
}

function ms(since: number): number {
  return Math.round(performance.now() - since)
}

function say(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(60)} ${value}\n`)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
