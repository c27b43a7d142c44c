import { setTimeout as sleep } from 'node:timers/promises'
import { startFakeApi } from '@/testing/fake-api/fake-api'
import { startInformer } from '@/testing/faults/informer-watcher'
import { aTurnPod } from '@/testing/faults/pods'
import { type ReflectorWatcher, startReflector } from '@/testing/faults/reflector-watcher'
import { isRight, until } from '@/testing/faults/run-scenario'
import { change } from '@/testing/faults/scenarios'
import type { StartWatcher, Watcher } from '@/testing/faults/watcher'

/**
 * How long it takes to be right again: after an API server that was away accepts connections, and after a connection
 * died without a sign. `node bench/run.mjs recovery [TRIALS]`.
 */
const trials = Number(process.argv[3] ?? 40)
const LONGEST_MS = 60_000
/** Half-open connections are waited for side by side: nothing happens in between. */
const AT_ONCE = 10

const WATCHERS: readonly (readonly [name: string, start: StartWatcher])[] = [
  ['reflector', (api) => startReflector(api, { random: Math.random })],
  ['informer, restarted after 5 s', (api) => startInformer(api, { restarts: true })],
]

process.stdout.write('| | half | 99 of 100 | worst |\n| --- | --- | --- | --- |\n')
for (const [name, start] of WATCHERS) {
  // Fewer for what waits five seconds each time by design.
  const count = name === 'reflector' ? trials : Math.ceil(trials / 4)
  const times: number[] = []
  for (let trial = 0; trial < count; trial++) times.push(await afterRestart(start))
  print(`server away for 0.2 to 4 s: right again after it accepts, ${name} (${count} times)`, times)
}
for (const [name, start] of WATCHERS) {
  const outcomes = await Promise.all(Array.from({ length: AT_ONCE }, () => halfOpen(start)))
  print(
    `half-open connection: right again, ${name} (${AT_ONCE} times)`,
    outcomes.map(({ rightMs }) => rightMs),
  )
  if (name === 'reflector')
    print(
      `half-open connection: said to be stale, ${name}`,
      outcomes.map(({ saidMs }) => saidMs),
    )
}
process.exit(0)

async function afterRestart(start: StartWatcher): Promise<number> {
  const api = await startFakeApi({ objects: ['a', 'b', 'c'].map((name) => aTurnPod(name)) })
  const watcher = start(api)
  await until(() => isRight(api, watcher) && api.openWatches().includes('pods'), LONGEST_MS)
  await api.restart(async () => {
    change(api)
    await sleep(200 + Math.random() * 3_800)
  })
  const ms = await timeUntil(() => isRight(api, watcher) && (watcher.saysLive() === null || isAllLive(watcher)))
  watcher.stop()
  await api.stop()
  return ms
}

async function halfOpen(start: StartWatcher): Promise<{ readonly rightMs: number; readonly saidMs: number }> {
  const api = await startFakeApi({ objects: ['a', 'b', 'c'].map((name) => aTurnPod(name)) })
  const watcher = start(api)
  await until(() => isRight(api, watcher) && api.openWatches().includes('pods'), LONGEST_MS)
  await sleep(1_000 + Math.random() * 5_000)
  api.line.abandon()
  change(api)
  const [rightMs, saidMs] = await Promise.all([timeUntil(() => isRight(api, watcher)), timeUntil(() => watcher.saysLive() !== true)])
  watcher.stop()
  await api.stop()
  return { rightMs, saidMs }
}

/** Every kind, not only the one that changed. */
function isAllLive(watcher: Watcher): boolean {
  return (watcher as ReflectorWatcher).cluster.kinds().every(({ state: { kind } }) => kind === 'live' || kind === 'absent')
}

async function timeUntil(isSo: () => boolean): Promise<number> {
  const from = performance.now()
  return (await until(isSo, LONGEST_MS)) ? performance.now() - from : Number.POSITIVE_INFINITY
}

function print(title: string, times: readonly number[]): void {
  const sorted = [...times].sort((one, other) => one - other)
  const at = (share: number) => `${((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1_000).toFixed(2)} s`
  process.stdout.write(`| ${title} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |\n`)
}
