import { naiveContains } from './naive-address'
import type { NaiveSelector } from './naive-network-policy'
import { naiveSelects } from './naive-network-policy'
import { addressIn, isSubject, machineOf, type World, type WorldEnd } from './random-world'

/** One packet between two ends of a world, over addresses of one family (null: neither has one yet). */
export type WorldPacket = {
  readonly from: WorldEnd
  readonly to: WorldEnd
  readonly family: 4 | 6 | null
  readonly protocol: string
  readonly port: number
}

/** What may come out: more than one when it is not decided. */
export type Outcomes = ReadonlySet<'allowed' | 'denied'>

/** `partly`: perhaps, nobody can tell. */
export type Match = 'yes' | 'no' | 'perhaps'

export function anyMatch(matches: readonly Match[]): Match {
  return matches.includes('yes') ? 'yes' : matches.includes('perhaps') ? 'perhaps' : 'no'
}

export function allMatch(matches: readonly Match[]): Match {
  return matches.includes('no') ? 'no' : matches.includes('perhaps') ? 'perhaps' : 'yes'
}

/** True for a pod with labels of its own that both selectors mean. */
export function podIs(world: World, end: WorldEnd, namespaces: NaiveSelector, pods: NaiveSelector): boolean {
  return isSubject(end) && naiveSelects(namespaces, world.namespaces[end.namespace] ?? {}) && naiveSelects(pods, end.labels)
}

/** Which ends a CIDR may mean besides those outside the cluster. */
export type CidrScope = { readonly pods: boolean; readonly machines: boolean }

export function inCidr(world: World, end: WorldEnd, family: 4 | 6 | null, cidr: string, scope: CidrScope): boolean {
  if (isSubject(end) && !scope.pods) return false
  if (machineOf(world, end) !== null && !scope.machines) return false
  const ip = addressIn(end, family)
  return ip !== null && family !== null && naiveContains(cidr, ip)
}

/** A port by number, range or name. A name is looked up on the destination; `protocol` null takes the container port's. */
export function portIs(
  wanted: { readonly protocol: string | null; readonly port?: number | string; readonly endPort?: number },
  { protocol, port, to }: WorldPacket,
): boolean {
  if (typeof wanted.port === 'string') {
    if (!isSubject(to) || (wanted.protocol !== null && wanted.protocol !== protocol)) return false
    return to.ports.some((declared) => declared.name === wanted.port && declared.protocol === protocol && declared.port === port)
  }
  if (wanted.protocol !== null && wanted.protocol !== protocol) return false
  return wanted.port === undefined || (port >= wanted.port && port <= (wanted.endPort ?? wanted.port))
}
