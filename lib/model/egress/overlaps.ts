import { type Cidr, parseCidr } from '../address'
import type { DoorProblem } from '../door'
import type { EgressDestination, EgressWay } from './egress-way'

/** Kinds that give pods an address: of two for the same pods, nothing says which one counts. */
const GIVE_ADDRESSES: ReadonlySet<string> = new Set(['CiliumEgressGatewayPolicy', 'EgressIP', 'Egress'])

/** Adds to each way out that others of its kind give the same workloads another address for the same destinations. */
export function withOverlaps(ways: readonly EgressWay[]): readonly EgressWay[] {
  return ways.map((way) => {
    if (!GIVE_ADDRESSES.has(way.kind)) return way
    const others = ways.filter((other) => other !== way && other.kind === way.kind && meet(way, other))
    if (others.length === 0) return way
    const shared = way.sources.filter((source) => others.some(({ sources }) => sources.includes(source)))
    const names = others.map(({ name }) => name).join(', ')
    const problem: DoorProblem = {
      code: 'overlap',
      severity: 'warning',
      message: `${way.kind} ${names} also ${others.length === 1 ? 'gives' : 'give'} ${shared.join(', ')} an address for the same destinations`,
      predicted: true,
      at: { meta: way.meta, path: ['spec'], value: null },
    }
    return { ...way, problems: [...way.problems, problem] }
  })
}

function meet(a: EgressWay, b: EgressWay): boolean {
  if (a.addresses.length > 0 && a.addresses.join() === b.addresses.join()) return false
  const sources = new Set(a.sources)
  return b.sources.some((source) => sources.has(source)) && a.destinations.some((one) => b.destinations.some((other) => covers(one, other)))
}

function covers(a: EgressDestination, b: EgressDestination): boolean {
  if (a.kind === 'anything' || b.kind === 'anything') return true
  const [one, other] = [parseCidr(a.text), parseCidr(b.text)]
  return one !== null && other !== null && overlap(one, other)
}

function overlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last
}
