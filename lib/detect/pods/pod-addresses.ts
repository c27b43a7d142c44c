import { formatCidr, parseAddress } from '../../model/address'
import type { Pod, Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import { addressSetOf, hasAddress } from '../../policy/address-set'
import type { ClusterView } from '../cluster-view'
import { aboutCluster, aboutWorkload, type FindingDraft, type FindingObject, makeFinding } from '../make-finding'
import { statedPodRanges } from '../policies/cluster-ranges'
import { whyUnready } from '../services/unready-pod'

/** How long a pod may take to get an address: pulling images comes afterwards. */
const PATIENCE_MS = 2 * 60_000

/** PP-01: pods that got no address. */
export function* findPodsWithoutAddress(view: ClusterView): Iterable<FindingDraft | null> {
  if (view.now === null) return
  for (const workload of view.workloads) {
    yield null
    const waiting = view.podsOf(workload).filter((pod) => isWaiting(pod, view))
    const [first] = waiting
    if (first === undefined) continue
    const minutes = Math.floor(Math.max(...waiting.map((pod) => view.ageOf(pod.meta.createdAt) ?? 0)) / 60_000)
    yield makeFinding('PP-01', about(workload), {
      field: null,
      message: `${waiting.length === 1 ? `Pod ${first.ref} has` : `${waiting.length} pods have`} had no address for ${minutes} minutes.`,
      evidence: waiting.map((pod) => whyUnready(pod, view.cluster.nodes)).sort(compareText),
    })
  }
}

function isWaiting({ ips, isImplied, terminating, phase, meta }: Pod, view: ClusterView): boolean {
  const age = view.ageOf(meta.createdAt)
  return ips.length === 0 && !isImplied && !terminating && phase !== 'Succeeded' && phase !== 'Failed' && age !== null && age > PATIENCE_MS
}

/** PP-02: addresses outside all ranges that objects state. Where most pods are outside, it is the ranges that are not known. */
export function* findAddressesOutside(view: ClusterView): Iterable<FindingDraft | null> {
  if (!view.isRead('/Node', '/Pod')) return
  const stated = statedPodRanges(view.cluster)
  const ranges = addressSetOf(stated)
  const outside = new Map<Workload, string[]>()
  const counts = { inside: 0, outside: 0 }
  for (const workload of view.workloads) {
    yield null
    for (const pod of view.podsOf(workload)) {
      if (pod.hostNetwork || !isLive(pod)) continue
      for (const ip of pod.ips) {
        const address = parseAddress(ip)
        if (address === null || ranges[address.family].length === 0) continue
        if (hasAddress(ranges, address.family, address.value)) counts.inside++
        else {
          counts.outside++
          const known = outside.get(workload) ?? []
          outside.set(workload, known)
          known.push(`${pod.ref} has ${ip}`)
        }
      }
    }
  }
  if (counts.outside >= counts.inside) return
  const texts = [...new Set(stated.map(formatCidr))].sort(compareText)
  for (const [workload, pods] of outside) {
    yield makeFinding('PP-02', about(workload), {
      field: null,
      message: `${pods.length === 1 ? 'A pod has an address' : `${pods.length} addresses of pods are`} outside the ranges of the cluster.`,
      evidence: [...pods, `ranges of pods: ${texts.slice(0, 4).join(', ')}${texts.length > 4 ? ` and ${texts.length - 4} more` : ''}`],
    })
  }
}

/** PP-03: two pods that hold one address at the same time. */
export function* findSharedAddresses(view: ClusterView): Iterable<FindingDraft | null> {
  const holders = new Map<string, Pod[]>()
  let seen = 0
  for (const pod of view.cluster.pods.values()) {
    if (++seen % 1_000 === 0) yield null
    if (pod.hostNetwork || pod.terminating || !isLive(pod)) continue
    for (const ip of pod.ips) {
      const known = holders.get(ip)
      if (known === undefined) holders.set(ip, [pod])
      else known.push(pod)
    }
  }
  const twice = [...holders].filter(([, pods]) => pods.length > 1)
  for (const [ip, pods] of twice.sort(([a], [b]) => compareText(a, b))) {
    const sorted = [...pods].sort((a, b) => compareText(a.ref, b.ref))
    const workload = sorted[0] === undefined ? null : view.workload(sorted[0].workload)
    yield makeFinding('PP-03', workload === null ? aboutCluster(view.cluster) : about(workload), {
      field: null,
      message: `${pods.length} pods hold the address ${ip}.`,
      evidence: sorted.map(({ ref, nodeName }) => `${ref}${nodeName === null ? '' : ` on ${nodeName}`}`),
    })
  }
}

function isLive({ phase }: Pod): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed'
}

function about({ namespace, name, kind, meta }: Workload): FindingObject {
  return aboutWorkload(namespace, name, kind, meta)
}
