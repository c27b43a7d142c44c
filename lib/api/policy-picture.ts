import type { FilterField } from '../flows/filter-types'
import type { Hits } from '../graph/policy-hits'
import type { Cluster } from '../model/cluster'
import type { PodRef, WorkloadRef } from '../model/names'
import type { NamesBeyondPods, PeerPlace, PeerWords } from '../policy/outline/peer-words'
import type { PolicyOutline, PortOutline, RuleOutline, SideOutline } from '../policy/outline/policy-outline'
import type { Direction } from '../policy/types'
import { type Bounded, bounded } from './bounded'
import { type HitsDocument, hitsDocument } from './hits-document'

/** A policy as it is drawn: the subject in the middle, who may come in on one side, where it may go on the other. */
export type PolicyPicture = {
  readonly subject: PictureGroup
  readonly sides: Readonly<Record<Direction, PictureSide>>
}

/**
 * `silent`: the policy says nothing of this direction. `isolates`: what no rule allows is denied, unless another policy of the
 * tier allows it. `passes`: what no rule decides goes on to the other policies.
 */
export type PictureSide = { readonly rest: 'silent' | 'isolates' | 'passes'; readonly rules: readonly PictureRule[] }

export type PictureRule = {
  /** `ingress[0]`, counted in the document. */
  readonly rule: string
  /** As the document names it; null where it does not. */
  readonly name: string | null
  readonly action: 'allow' | 'deny' | 'pass'
  /** What the rule asks of the selected pod itself, beyond being selected; null for nothing. */
  readonly self: string | null
  readonly ports: readonly PortOutline[]
  readonly peers: readonly PicturePeer[]
  /** null: no recorded flow of the window was decided by the rule. */
  readonly hits: HitsDocument | null
}

/** Pods in words, with how many there are now and the workloads that they belong to. */
export type PictureGroup = {
  readonly words: string
  readonly pods: number
  readonly workloads: Bounded<string>
  readonly term: PictureTerm | null
}

/** Where a peer can stand as the rule is written, and who it is. */
export type PicturePeer = PictureGroup & {
  readonly place: PeerPlace
  /** True when the peer names something that is no pod: addresses, machines, names. */
  readonly isBeyondPods: boolean
}

/** The group in the filter language; null when no term means it. */
export type PictureTerm = { readonly field: FilterField; readonly values: readonly string[] }

const MAX_WORKLOADS = 100
const MAX_VALUES = 20

/** One picture for each spec of a policy. `hits` are those of its rules; with several specs the names of rules are not unique. */
export function policyPictures(
  outlines: readonly PolicyOutline[],
  hits: ReadonlyMap<string, Hits>,
  cluster: Cluster,
): readonly PolicyPicture[] {
  const known = outlines.length === 1 ? hits : new Map<string, Hits>()
  return outlines.map(({ subject, subjects, sides }) => ({
    subject: groupOf(subject, subjects, null, cluster),
    sides: { ingress: sideOf(sides.ingress, known, cluster), egress: sideOf(sides.egress, known, cluster) },
  }))
}

function sideOf({ applies, isolates, rules }: SideOutline, hits: ReadonlyMap<string, Hits>, cluster: Cluster): PictureSide {
  return { rest: !applies ? 'silent' : isolates ? 'isolates' : 'passes', rules: rules.map((rule) => ruleOf(rule, hits, cluster)) }
}

function ruleOf({ rule, name, action, self, ports, peers }: RuleOutline, hits: ReadonlyMap<string, Hits>, cluster: Cluster): PictureRule {
  return {
    rule,
    name,
    action,
    self,
    ports,
    peers: peers.map((peer) => ({
      ...groupOf(peer.words, peer.pods, peer, cluster),
      place: peer.place,
      isBeyondPods: peer.beyond !== null,
    })),
    hits: hitsDocument(hits.get(rule)),
  }
}

function groupOf(words: string, pods: readonly PodRef[], peer: PeerWords | null, cluster: Cluster): PictureGroup {
  const workloads = new Set<WorkloadRef>()
  const namespaces = new Set<string>()
  for (const ref of pods) {
    const pod = cluster.pods.get(ref)
    if (pod === undefined) continue
    workloads.add(pod.workload)
    namespaces.add(pod.namespace)
  }
  const names = [...workloads].sort()
  const term = peer?.place === 'anywhere' ? null : termOf(names, [...namespaces].sort(), peer?.beyond ?? null)
  return { words, pods: pods.length, workloads: bounded(names, MAX_WORKLOADS), term }
}

const FIELDS: Readonly<Record<NamesBeyondPods['kind'], FilterField>> = {
  addresses: 'ip',
  entities: 'entity',
  domains: 'name',
  machines: 'node',
}

function termOf(workloads: readonly string[], namespaces: readonly string[], beyond: NamesBeyondPods | null): PictureTerm | null {
  const lists: readonly PictureTerm[] = [
    ...(beyond === null ? [] : [{ field: FIELDS[beyond.kind], values: beyond.values }]),
    { field: 'workload', values: workloads },
    { field: 'ns', values: namespaces },
  ]
  return lists.find(({ values }) => values.length > 0 && values.length <= MAX_VALUES) ?? null
}
