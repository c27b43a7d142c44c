import type { ServerConfig } from './config'
import { configFromEnvironment } from './config'
import { Runtime } from './running'

const SLOT = Symbol.for('sluice.runtime')

type Holder = { [SLOT]?: Runtime }

/**
 * The runtime of this process, started on first use. It hangs on `globalThis`, because instrumentation, pages and routes are
 * bundled apart and must see the same one.
 */
export function runtime(): Runtime {
  const holder = globalThis as Holder
  holder[SLOT] ??= startRuntime(configFromEnvironment(process.env))
  return holder[SLOT]
}

/** Puts a runtime in place of this process's own, for tests; null takes it away. */
export function holdRuntime(held: Runtime | null): void {
  const holder = globalThis as Holder
  if (held === null) delete holder[SLOT]
  else holder[SLOT] = held
}

function startRuntime(config: ServerConfig): Runtime {
  const started = new Runtime(config)
  void started.start()
  // Ends the event streams at once, so that the server does not wait for their readers.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void started.stop())
  return started
}
