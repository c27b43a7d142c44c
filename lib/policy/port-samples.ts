import { MAX_PORT, MIN_PORT, type Protocol } from '../model/protocol'
import type { End } from './end'
import type { Evaluation } from './evaluation'
import { portsTowards } from './rule-match'
import type { Direction, PortRange } from './types'

/** Splits a protocol's ports wherever a rule of one of the two sides begins or ends: no policy tells ports of one range apart. */
export function splitPorts(from: End, to: End, protocol: Protocol, evaluation: Evaluation): readonly PortRange[] {
  const starts = new Set([MIN_PORT])
  const sides: readonly (readonly [End, Direction])[] = [
    [from, 'egress'],
    [to, 'ingress'],
  ]
  const destination = to.kind === 'pod' ? to.podClass : null
  for (const [end, direction] of sides) {
    const tiers = end.kind === 'pod' ? evaluation.index.tiersFor(end.podClass, direction) : []
    const own = tiers.flatMap(({ policies }) => policies.flatMap((policy) => policy[direction].rules)).map(({ ports }) => ports)
    for (const ports of [...own, ...(evaluation.hosts?.portsIn(direction) ?? [])]) {
      for (const [low, high] of evaluation.sets.ranges(portsTowards(ports, destination, evaluation.sets), protocol)) {
        starts.add(low)
        if (high < MAX_PORT) starts.add(high + 1)
      }
    }
  }
  if (protocol === 'TCP' && to.kind === 'pod')
    for (const port of evaluation.mesh.bounds(from, evaluation.mesh.memberOf(to.podClass))) starts.add(port)
  const sorted = [...starts].sort((a, b) => a - b)
  return sorted.map((low, index) => [low, (sorted[index + 1] ?? MAX_PORT + 1) - 1])
}
