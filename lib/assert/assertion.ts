import type { Origin } from '../model/object'
import type { Protocol } from '../model/protocol'

/** One expectation of reachability, as a person wrote it. */
export type Assertion = {
  readonly name: string
  readonly expect: 'allowed' | 'denied'
  /** Names of ends, or groups of them; each stands for everything under it. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** null asks for every port. */
  readonly port: number | null
  readonly protocols: readonly Protocol[]
  readonly origin: Origin | null
}
