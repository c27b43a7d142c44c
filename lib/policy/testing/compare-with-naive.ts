import { type Address, parseAddress } from '../../model/address'
import { PROTOCOLS } from '../../model/protocol'
import type { ConnectionRow, Connectivity } from '../connectivity/connectivity'
import type { PolicyEngine } from '../engine'
import type { Outcomes, WorldPacket } from './naive-matching'
import { ASKED_PORTS } from './random-clusters'
import { endsOf, familiesBetween, isSubject, type World, type WorldEnd, worldName } from './random-world'

type Verdict = 'allowed' | 'denied' | 'unknown'

/**
 * Compares the whole connectivity with a naive evaluator on every pair of ends, port bound and address bound, and single
 * answers on every `nth` of them, and where it is unknown. Throws at the first difference; gives how many decisions there
 * were of each sort.
 */
export function compareWithNaive(world: World, engine: PolicyEngine, naive: (packet: WorldPacket) => Outcomes, nth: number): Tally {
  const ends = endsOf(world)
  const connectivity = new ConnectivityReader(engine.connectivity('pod'))
  const tally = { allowed: 0, denied: 0, unknown: 0 }
  let asked = 0
  for (const from of ends) {
    for (const to of ends) {
      if (from === to || (!isSubject(from) && !isSubject(to))) continue
      const families = familiesBetween(from, to)
      const isInConnectivity = [from, to].every((end) => isSubject(end) || end.kind === 'outside')
      for (const protocol of PROTOCOLS) {
        for (const port of ASKED_PORTS) {
          const verdicts = families.map((family) => verdictOf(naive({ from, to, family, protocol, port })))
          const place = `${worldName(from)} -> ${worldName(to)} ${protocol} ${port}`
          const expected = verdicts.includes('allowed') ? 'allowed' : verdicts.includes('unknown') ? 'unknown' : 'denied'
          const row = isInConnectivity ? connectivity.at(from, to, protocol, port) : expected
          if (row !== expected) throw new Error(`connectivity says ${row}, the second evaluator ${expected}: ${place}`)
          tally[expected]++
          if ((++asked % nth !== 0 && expected !== 'unknown') || families.length === 0) continue
          const { verdict } = engine.evaluate({ from: worldName(from), to: worldName(to), protocol, port })
          const one = mergedOver(verdicts)
          if (verdict !== one) throw new Error(`evaluate says ${verdict}, the second evaluator ${one}: ${place}`)
        }
      }
    }
  }
  return tally
}

/** How many decisions came out how. */
export type Tally = Readonly<Record<Verdict, number>>

export function addTallies(a: Tally, b: Tally): Tally {
  return { allowed: a.allowed + b.allowed, denied: a.denied + b.denied, unknown: a.unknown + b.unknown }
}

export const NO_DECISIONS: Tally = { allowed: 0, denied: 0, unknown: 0 }

function verdictOf(outcomes: Outcomes): Verdict {
  if (outcomes.size > 1) return 'unknown'
  return outcomes.has('allowed') ? 'allowed' : 'denied'
}

/** IPv4 and IPv6 in one answer. */
function mergedOver(verdicts: readonly Verdict[]): string | undefined {
  if (new Set(verdicts).size === 1) return verdicts[0]
  return verdicts.includes('allowed') ? 'partial' : 'unknown'
}

/** Finds what the rows of a connectivity say of one packet. */
class ConnectivityReader {
  private readonly rows = new Map<
    string,
    { readonly state: Verdict; readonly range: readonly [Address, Address] | null; readonly row: ConnectionRow }[]
  >()

  constructor({ connections, unknown }: Connectivity) {
    for (const row of connections) this.add(row, 'allowed')
    for (const row of unknown) this.add(row, 'unknown')
  }

  at(from: WorldEnd, to: WorldEnd, protocol: 'TCP' | 'UDP' | 'SCTP', port: number): Verdict {
    const key = `${keyOf(worldName(from))} ${keyOf(worldName(to))}`
    const outside = from.kind === 'outside' ? from : to.kind === 'outside' ? to : null
    const address = outside === null ? null : parseAddress(outside.ips[0] ?? '')
    const found = (this.rows.get(key) ?? []).filter(({ range, row: { conns } }) => {
      if (range !== null && !isInside(range, address)) return false
      return conns === 'all' || (conns !== 'none' && (conns[protocol] ?? []).some(([low, high]) => low <= port && port <= high))
    })
    if (found.length > 1) throw new Error(`several rows for ${key}`)
    return found[0]?.state ?? 'denied'
  }

  private add(row: ConnectionRow, state: Verdict): void {
    const key = `${keyOf(row.src)} ${keyOf(row.dst)}`
    const outside = [row.src, row.dst].find((name) => name.startsWith('ip:'))
    const entry = { state, range: outside === undefined ? null : rangeOf(outside), row }
    const sharing = this.rows.get(key)
    if (sharing === undefined) this.rows.set(key, [entry])
    else sharing.push(entry)
  }
}

function keyOf(name: string): string {
  return name.startsWith('ip:') ? 'outside' : name
}

function rangeOf(name: string): readonly [Address, Address] {
  const [first = '', last = first] = name.slice(3).split('-')
  const [low, high] = [parseAddress(first), parseAddress(last)]
  if (low === null || high === null) throw new Error(`no addresses in ${name}`)
  return [low, high]
}

function isInside([low, high]: readonly [Address, Address], address: Address | null): boolean {
  return address !== null && low.family === address.family && low.value <= address.value && address.value <= high.value
}
