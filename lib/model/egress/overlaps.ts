import { type Cidr, parseCidr } from '../address'
import type { DoorProblem } from '../door'
import type { EgressDestination, EgressWay } from './egress-way'

/** Kinds that give pods an address: of two for the same pods, nothing says which one counts. */
const GIVE_ADDRESSES: ReadonlySet<string> = new Set(['CiliumEgressGatewayPolicy', 'EgressIP', 'Egress'])

/** Adds to each way out that others of its kind give the same workloads another address for the same destinations. */
export function withOverlaps(ways: readonly EgressWay[]): readonly EgressWay[] {
  const bySource = new Map<string, EgressWay[]>()
  const alike = ({ kind }: EgressWay, source: string) => bySource.get(`${kind} ${source}`) ?? []
  for (const way of ways) {
    if (!GIVE_ADDRESSES.has(way.kind)) continue
    for (const source of way.sources) {
      const known = bySource.get(`${way.kind} ${source}`)
      if (known === undefined) bySource.set(`${way.kind} ${source}`, [way])
      else known.push(way)
    }
  }
  return ways.map((way) => {
    const others = new Set(way.sources.flatMap((source) => alike(way, source)).filter((other) => other !== way && differ(way, other)))
    if (others.size === 0) return way
    const shared = way.sources.filter((source) => alike(way, source).some((other) => others.has(other)))
    const names = [...others].map(({ name }) => name).join(', ')
    const problem: DoorProblem = {
      code: 'overlap',
      severity: 'warning',
      message: `${way.kind} ${names} also ${others.size === 1 ? 'gives' : 'give'} ${shared.join(', ')} an address for the same destinations`,
      predicted: true,
      at: { meta: way.meta, path: ['spec'], value: null },
    }
    return { ...way, problems: [...way.problems, problem] }
  })
}

/** Whether two ways of the same workloads give other addresses for a destination that both are for. */
function differ(a: EgressWay, b: EgressWay): boolean {
  if (a.addresses.length > 0 && a.addresses.join() === b.addresses.join()) return false
  return a.destinations.some((one) => b.destinations.some((other) => covers(one, other)))
}

function covers(a: EgressDestination, b: EgressDestination): boolean {
  if (a.kind === 'anything' || b.kind === 'anything') return true
  const [one, other] = [parseCidr(a.text), parseCidr(b.text)]
  return one !== null && other !== null && overlap(one, other)
}

function overlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last
}
