import { compareText } from '../../model/compare-text'
import type { ClusterView } from '../cluster-view'
import { aboutCluster, type FindingDraft, makeFinding } from '../make-finding'

/** IP-01: addresses of pods that flows could not tell apart because they changed hands. Addresses of machines are shared by nature. */
export function* findReusedAddresses({ cluster, traffic }: ClusterView): Iterable<FindingDraft | null> {
  const machines = new Set([...cluster.nodes.values()].flatMap(({ addresses }) => addresses.map(({ address }) => address)))
  const holders = new Map<string, Set<string>>()
  for (const { source, destination } of traffic?.edges ?? []) {
    for (const { ip, identity, candidates } of [source, destination]) {
      if (ip === null || identity !== 'uncertain' || machines.has(ip) || candidates.length < 2 || !candidates.every(isPod)) continue
      const known = holders.get(ip) ?? new Set<string>()
      holders.set(ip, known)
      for (const candidate of candidates) known.add(candidate)
    }
  }
  yield null
  for (const [ip, pods] of [...holders].sort(([a], [b]) => compareText(a, b))) {
    yield makeFinding('IP-01', aboutCluster(cluster), {
      field: null,
      value: ip,
      message: `The address ${ip} went from one pod to another while flows with it were seen.`,
      evidence: [...pods].sort(compareText).map((pod) => `${pod} held it`),
    })
  }
}

/** `NS/NAME`; everything else has a prefix or a kind. */
function isPod(ref: string): boolean {
  return /^[^:/[\]]+\/[^:/[\]]+$/.test(ref)
}
