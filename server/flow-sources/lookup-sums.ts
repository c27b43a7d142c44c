import type { ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'

/** Look-ups within this time are one record, if they are alike: the window counts in buckets as long. */
const SUM_MS = 10_000

/**
 * Sums up look-ups that a DNS server logged: those of one client for one name, type and answer within ten seconds are one
 * flow with their number as its count. A busy cluster has thousands of them a second, and few are new.
 */
export class LookupSums {
  readonly #places = new Map<string, number>()

  /** True when the flow was added to an earlier one of `flows`; false when it is to be appended to them. */
  add(flow: ObservedFlow, flows: ObservedFlow[]): boolean {
    const { l7 } = flow
    if (l7?.protocol !== 'dns' || flow.event !== 'flow' || flow.uuid !== null || flow.policies.length > 0) return false
    const ends = `${endOf(flow.source)} ${endOf(flow.destination)} ${flow.protocol} ${flow.port ?? ''}`
    const key = `${Math.floor(flow.time / SUM_MS)} ${ends} ${l7.path ?? ''} ${l7.method ?? ''} ${l7.code ?? ''} ${flow.verdict}`
    const place = this.#places.get(key)
    const known = place === undefined ? undefined : flows[place]
    if (place === undefined || known === undefined) {
      this.#places.set(key, flows.length)
      return false
    }
    flows[place] = sumOf(known, flow)
    return true
  }

  /** The flows were handed over. */
  clear(): void {
    this.#places.clear()
  }
}

function sumOf(known: ObservedFlow, flow: ObservedFlow): ObservedFlow {
  const count = known.count + flow.count
  const bytes = known.bytes === null || flow.bytes === null ? null : known.bytes + flow.bytes
  const l7 = known.l7 === null || flow.l7 === null ? known.l7 : { ...known.l7, latencyMs: mean(known, flow) }
  return { ...known, count, bytes, l7, sourcePort: null }
}

function mean(a: ObservedFlow, b: ObservedFlow): number | null {
  const [first, second] = [a.l7?.latencyMs ?? null, b.l7?.latencyMs ?? null]
  if (first === null || second === null) return first ?? second
  return (first * a.count + second * b.count) / (a.count + b.count)
}

function endOf({ ip, namespace, pod }: ObservedEndpoint): string {
  return pod === null ? (ip ?? '') : `${namespace ?? ''}/${pod}`
}
