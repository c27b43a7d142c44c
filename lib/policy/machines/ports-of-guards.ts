import type { PortMatch } from '../compiled-policy'
import type { Direction } from '../types'
import type { HostGuard, HostGuards } from './host-guard'

/** Gathers once for each direction what the rules of guards say of ports: machines are many, what stands on them is mostly the same. */
export function portsOfGuards(guards: readonly HostGuard[]): HostGuards['portsIn'] {
  const known = new Map<Direction, readonly PortMatch[]>()
  return (direction) => {
    let ports = known.get(direction)
    if (ports === undefined) {
      ports = gather(guards, direction)
      known.set(direction, ports)
    }
    return ports
  }
}

function gather(guards: readonly HostGuard[], direction: Direction): readonly PortMatch[] {
  const distinct = new Map<string, PortMatch>()
  for (const guard of guards) {
    const policies = guard.tiers('local', direction, false).flatMap((tier) => tier.policies)
    for (const { ports } of policies.flatMap((policy) => policy[direction].rules)) distinct.set(JSON.stringify(ports), ports)
  }
  return [...distinct.values()]
}
