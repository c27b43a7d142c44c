import type { AddressSet } from '../address-set'
import type { CompiledPolicy, PortMatch } from '../compiled-policy'
import type { End } from '../end'
import type { AppliedTier } from '../tiers'
import type { Truth } from '../truth'
import type { Direction } from '../types'

/**
 * Policies on one way into and out of a machine (a HostEndpoint).
 *
 * `local` is what the machine's own processes and its host-network pods send and get; `forwarded` is what passes the
 * machine on the way to and from its pods.
 */
export type HostGuard = {
  /** Name of the machine; null when it is known by address only. */
  readonly machine: string | null
  /** `yes`, or why it is not known what the guard does. */
  readonly certainty: Truth
  /** What stands in the way, in order; what passes all of it is allowed. Empty: nothing does. */
  tiers(chain: 'local' | 'forwarded', direction: Direction, isPending: boolean): readonly AppliedTier[]
}

/** The guards of all machines of a cluster. */
export type HostGuards = {
  /** True when guards also stand between pods of different machines. */
  readonly guardForwarded: boolean
  /** True when policies are tried out that the pending trace shows. */
  readonly hasPending: boolean
  /** The guards that traffic of the end itself may meet: one of them, or none where null is among them. Empty: it has none. */
  guardsOf(end: Extract<End, { kind: 'address' }>): readonly (HostGuard | null)[]
  /** The same for traffic that the named machine forwards. */
  guardsOfForwarding(machine: string): readonly (HostGuard | null)[]
  /** What they name, which no policy of pods may name. */
  readonly addresses: readonly AddressSet[]
  /** Every policy that some guard asks, for what it looks at in pods. */
  readonly policies: readonly CompiledPolicy[]
  /** What the rules of all guards say of ports, the same once; between these no guard tells ports apart. */
  portsIn(direction: Direction): readonly PortMatch[]
}
