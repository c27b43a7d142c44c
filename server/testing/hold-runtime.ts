import { Fleet } from '../fleet'
import type { Runtime } from '../running'
import { holdFleet } from '../runtime'

/** Makes a runtime the only cluster of this process, for the routes; null takes it away. */
export function holdRuntime(running: Runtime | null): void {
  const plan = { name: 'test', origin: null, user: null, runs: null, problem: null }
  holdFleet(running === null ? null : new Fleet({ ...plan, open: () => running }))
}
