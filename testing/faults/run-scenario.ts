import { setTimeout as sleep } from 'node:timers/promises'
import { type FakeApi, startFakeApi } from '../fake-api/fake-api'
import { aTurnPod, truth } from './pods'
import type { Scenario } from './scenarios'
import type { StartWatcher, Watcher } from './watcher'

export type Outcome = {
  /** From the end of the fault until all that was written meanwhile was there; null when that never came. */
  readonly recoveredMs: number | null
  /** What is written after that arrives too. */
  readonly follows: boolean
  /** The longest it said to be live while it was wrong; null when it never says anything of the kind. */
  readonly wrongWhileLiveMs: number | null
}

type Limits = { readonly recoverMs: number; readonly followMs: number }

const LOOK_EVERY_MS = 5

/** Lets a watcher meet a fault, and says whether it survived. */
export async function runScenario(scenario: Scenario, start: StartWatcher, limits: Limits): Promise<Outcome> {
  const api = await startFakeApi({ ...scenario.options, objects: ['a', 'b', 'c'].map((name) => aTurnPod(name)) })
  scenario.prepare?.(api)
  const watcher = start(api)
  const honesty = watchHonesty(api, watcher)
  try {
    // Where the first list fails it may take until the end, or for ever.
    if (scenario.prepare === undefined) await until(() => isReady(api, watcher), limits.recoverMs)
    await scenario.strike(api, watcher)
    const struckAt = Date.now()
    const hasRecovered = await until(() => isRight(api, watcher), limits.recoverMs)
    const recoveredMs = hasRecovered ? Date.now() - struckAt : null
    await until(() => watcher.saysLive() !== false, limits.followMs)
    api.objects.put(aTurnPod('last'))
    const follows = hasRecovered && (await until(() => isRight(api, watcher), limits.followMs))
    return { recoveredMs, follows, wrongWhileLiveMs: honesty.stop() }
  } finally {
    honesty.stop()
    watcher.stop()
    await api.stop()
  }
}

export function isRight(api: FakeApi, watcher: Watcher): boolean {
  return watcher.pods().join() === truth(api).join()
}

/** It has read the first list, watches, and says so if it ever does. */
function isReady(api: FakeApi, watcher: Watcher): boolean {
  return isRight(api, watcher) && api.openWatches().includes('pods') && watcher.saysLive() !== false
}

export async function until(isSo: () => boolean, atMostMs: number): Promise<boolean> {
  const end = Date.now() + atMostMs
  while (!isSo()) {
    if (Date.now() > end) return false
    await sleep(LOOK_EVERY_MS)
  }
  return true
}

function watchHonesty(api: FakeApi, watcher: Watcher): { stop(): number | null } {
  let longest: number | null = null
  let wrongSince: number | null = null
  const timer = setInterval(() => {
    const says = watcher.saysLive()
    if (says !== null) longest ??= 0
    if (says === true && !isRight(api, watcher)) {
      wrongSince ??= Date.now()
      longest = Math.max(longest ?? 0, Date.now() - wrongSince)
    } else {
      wrongSince = null
    }
  }, LOOK_EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return longest
    },
  }
}
