import { configFromEnvironment } from './config'
import type { Fleet } from './fleet'
import { openFleet } from './open-fleet'
import type { Runtime } from './running'

const SLOT = Symbol.for('sluice.fleet')
/** Where the command line, which is bundled apart too, finds what it must wait for before the process ends. */
const STOPPING = Symbol.for('sluice.stopping')

type Holder = { [SLOT]?: Fleet; [STOPPING]?: Promise<void> }

/**
 * The clusters of this process, started on first use. They hang on `globalThis`, because instrumentation, pages and routes are
 * bundled apart and must see the same ones.
 */
export function fleet(): Fleet {
  const holder = globalThis as Holder
  holder[SLOT] ??= startFleet()
  return holder[SLOT]
}

/** The cluster that is shown when nobody names one. */
export function runtime(): Runtime {
  return fleet().first
}

/** Puts clusters in place of this process's own, for tests; null takes them away. */
export function holdFleet(held: Fleet | null): void {
  const holder = globalThis as Holder
  if (held === null) delete holder[SLOT]
  else holder[SLOT] = held
}

function startFleet(): Fleet {
  const started = openFleet(configFromEnvironment(process.env))
  // Ends the event streams at once, so that the server does not wait for their readers.
  const holder = globalThis as Holder
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      holder[STOPPING] ??= started.stop()
    })
  }
  return started
}
