import { ProgramError, startInformer } from '@/testing/faults/informer-watcher'
import { startReflector } from '@/testing/faults/reflector-watcher'
import { type Outcome, runScenario } from '@/testing/faults/run-scenario'
import { SCENARIOS } from '@/testing/faults/scenarios'
import type { StartWatcher } from '@/testing/faults/watcher'

/**
 * Who survives what: our reflector with the settings of the product, and client-node's informer as it is and as its
 * documentation restarts it, each fault alone on a fresh server. Prints the table of docs/benchmarks.md.
 * `node bench/run.mjs faults [PART OF A NAME]`.
 */
const WATCHERS: readonly (readonly [name: string, start: StartWatcher])[] = [
  ['reflector', (api) => startReflector(api, { random: Math.random })],
  ['informer', (api) => startInformer(api, { restarts: false })],
  ['informer, restarted after 5 s', (api) => startInformer(api, { restarts: true })],
]
const LIMITS = { recoverMs: 120_000, followMs: 40_000 }
const AT_ONCE = 6

// An exception that nobody catches would end the program; here it ends the watcher alone.
process.on('unhandledRejection', (error) => {
  if (error instanceof ProgramError) error.end()
})

const wanted = process.argv[3] ?? ''
const scenarios = SCENARIOS.filter(({ name }) => name.includes(wanted))
const jobs = scenarios.flatMap((scenario) => WATCHERS.map(([watcher, start]) => ({ scenario, watcher, start })))
const outcomes = new Map<string, Outcome>()
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const outcome = await runScenario(job.scenario, job.start, LIMITS)
      outcomes.set(`${job.scenario.name} ${job.watcher}`, outcome)
      process.stderr.write(`${job.scenario.name} ${job.watcher}: ${JSON.stringify(outcome)}\n`)
    }
  }),
)

const header = ['', ...WATCHERS.map(([name]) => name), 'reflector live while wrong']
const rows = scenarios.map(({ name }) => {
  const ours = outcomes.get(`${name} reflector`)
  return [name, ...WATCHERS.map(([watcher]) => words(outcomes.get(`${name} ${watcher}`))), seconds(ours?.wrongWhileLiveMs ?? null)]
})
for (const row of [header, header.map(() => '---'), ...rows]) process.stdout.write(`| ${row.join(' | ')} |\n`)
process.exit(0)

function words(outcome: Outcome | undefined): string {
  if (outcome === undefined || outcome.recoveredMs === null) return '**never**'
  return outcome.follows ? seconds(outcome.recoveredMs) : `${seconds(outcome.recoveredMs)}, then **nothing more**`
}

function seconds(ms: number | null): string {
  return ms === null ? '' : `${(ms / 1_000).toFixed(ms < 1_000 ? 2 : 1)} s`
}
