import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Cluster } from '@/lib/model/cluster'
import type { KnownReading } from '@/lib/model/known-reading'
import { changedCells } from '@/lib/policy/connectivity/changed-cells'
import { diffConnectivity } from '@/lib/policy/diff/diff-connectivity'
import { compilePolicies, type PolicyEngine, updatePolicies } from '@/lib/policy/engine'
import type { GeneratedSize } from './generate-policies'
import { readSize } from './policy-cluster'

/**
 * What the policy engine costs on large clusters: the whole connectivity between pods, one explained verdict, one policy edit, and the
 * difference of two policy sets. Reading the manifests is left out. Run it with `node bench/run.mjs policy [PODS POLICIES]`.
 *
 * Milliseconds are processor time, which other programs on the machine change less than the clock. The first round is cold, as in a
 * command that runs once; the best of the others is what a server sees.
 */
type Figure = { readonly name: string; readonly first: number; readonly best: number }

const ROUNDS = Number(process.env.SLUICE_BENCH_ROUNDS ?? 5)
const QUESTIONS = 2_000
const EDITS = 60

type Spent = { readonly processor: number; readonly clock: number }

/** Memory is cleared beside the work, so that the processor may be busy for longer than the clock says. */
function spend(run: () => void): Spent {
  const [before, started] = [process.cpuUsage(), performance.now()]
  run()
  const clock = performance.now() - started
  const { user, system } = process.cpuUsage(before)
  return { processor: (user + system) / 1000, clock }
}

/** The first and the best of some rounds; `work` says how many pieces of work one round is. */
function measure(name: string, run: () => void, work = 1): readonly [Figure, Figure] {
  const rounds = Array.from({ length: ROUNDS }, () => spend(run))
  const figure = (title: string, times: readonly number[]): Figure => {
    return { name: title, first: (times[0] ?? 0) / work, best: Math.min(...times) / work }
  }
  return [
    figure(
      name,
      rounds.map(({ processor }) => processor),
    ),
    figure(
      'the same by the clock',
      rounds.map(({ clock }) => clock),
    ),
  ]
}

/** The first and the median of some policy edits in a row, each with the cells that it changes. */
function measureEdits(engine: PolicyEngine, first: KnownReading, size: GeneratedSize): readonly Figure[] {
  countPairs(engine)
  let live = engine
  let reading = first
  let cells = 0
  const readings: Spent[] = []
  const edits = Array.from({ length: EDITS }, (_, edit) => {
    readings.push(
      spend(() => {
        reading = readSize(size, edit + 1, reading)
      }),
    )
    return spend(() => {
      const next = updatePolicies(live, reading.cluster)
      cells += changedCells(live, next).length
      live = next
    })
  })
  if (cells === 0) throw new Error('no edit changed anything')
  const figure = (name: string, spent: readonly number[]): Figure => {
    return { name, first: spent[0] ?? 0, best: spent.toSorted((a, b) => a - b)[EDITS >> 1] ?? 0 }
  }
  const [processor, clock, read] = [edits.map((one) => one.processor), edits.map((one) => one.clock), readings.map((one) => one.processor)]
  return [
    figure('one policy edit, with the cells that change (median)', processor),
    figure('the same by the clock (median)', clock),
    figure('reading every document again, with what is unchanged (median)', read),
  ]
}

/** Ordered pairs of pods that may talk, counted cell by cell. */
function countPairs(engine: PolicyEngine): number {
  let pairs = 0
  for (const { src, dst } of engine.connectivity('pod').cells()) pairs += src.length * dst.length - (src === dst ? src.length : 0)
  return pairs
}

function benchPolicies(reading: KnownReading, size: GeneratedSize): readonly Figure[] {
  const { cluster } = reading
  const figures = [
    ...measure('compile', () => void compilePolicies(cluster)),
    ...measure('compile and whole connectivity', () => void countPairs(compilePolicies(cluster))),
  ]
  const engine = compilePolicies(cluster)
  const pods = [...cluster.pods.keys()]
  figures.push(
    ...measure(
      'one explained verdict',
      () => {
        for (let question = 0; question < QUESTIONS; question++) {
          const [from = '', to = ''] = [pods[(question * 7919) % pods.length], pods[(question * 104_729 + 1) % pods.length]]
          engine.evaluate({ from, to, port: 8080, protocol: 'TCP' })
        }
      },
      QUESTIONS,
    ),
  )
  figures.push(...measureEdits(engine, reading, size))
  const draft = compilePolicies(readSize(size, 4).cluster)
  figures.push(...measure('difference of two sets, workloads', () => void diffConnectivity(engine, draft, { level: 'workload' })))
  return figures
}

/** Memory that compiling and the whole connectivity keep, and the most that the process ever took, in MiB. */
function measureMemory(cluster: Cluster): { readonly kept: number; readonly peak: number; readonly before: number } {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  const [before, resident] = [used(), process.memoryUsage().rss]
  const engine = compilePolicies(cluster)
  const connectivity = engine.connectivity('pod')
  let cells = 0
  for (const _cell of connectivity.cells()) cells++
  collect()
  const kept = used() - before
  if (cells < 0 || connectivity.ends.length === 0) throw new Error('nothing was computed')
  return { kept: kept / 2 ** 20, peak: process.resourceUsage().maxRSS / 1024, before: resident / 2 ** 20 }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [pods = 10_000, policies = 1_000] = process.argv.slice(3).map(Number)
  const started = performance.now()
  const size = { pods, policies }
  const reading = readSize(size)
  const { cluster } = reading
  process.stdout.write(`${pods} pods, ${policies} policies, read in ${Math.round(performance.now() - started)} ms\n`)
  const { kept, peak, before } = measureMemory(cluster)
  process.stdout.write(`memory: ${kept.toFixed(0)} MiB kept; process ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at most\n`)
  process.stdout.write(`pairs of pods: ${countPairs(compilePolicies(cluster)).toLocaleString('en')}\n`)
  for (const { name, first, best } of benchPolicies(reading, size)) {
    process.stdout.write(`${first.toFixed(3).padStart(10)} ms first ${best.toFixed(3).padStart(10)} ms best  ${name}\n`)
  }
}
