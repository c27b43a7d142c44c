import { ADDRESS_FAMILIES, type AddressFamily } from '../../policy/address-set'
import type { CompiledRule } from '../../policy/compiled-policy'
import type { Direction } from '../../policy/types'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import type { PolicyView, ViewedPolicy } from './policy-view'
import { peerPath } from './rule-paths'

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress']

/** DS-04: a policy names addresses of one family only, and its pods have both. */
export function findOneFamily(view: PolicyView): readonly FindingDraft[] {
  return view.enforced.flatMap((viewed) => DIRECTIONS.flatMap((direction) => oneFamily(viewed, direction, view)))
}

function oneFamily(viewed: ViewedPolicy, direction: Direction, view: PolicyView): readonly FindingDraft[] {
  const { policy } = viewed
  const { rules } = policy[direction]
  if (policy[direction].isolates !== 'yes' || rules.some(({ peers }) => peers.some((peer) => peer.length === 0))) return []
  const blocks = rules.flatMap((rule) =>
    rule.peers.flatMap((peer, index) =>
      peer.flatMap((term) => (term.kind === 'addresses' ? { rule, index, addresses: term.addresses, text: term.text } : [])),
    ),
  )
  const families = ADDRESS_FAMILIES.filter((family) => blocks.some(({ addresses }) => addresses[family].length > 0))
  const [family] = families
  const [first] = blocks
  if (families.length !== 1 || family === undefined || first === undefined || !hasBothFamilies(viewed, view)) return []
  const other: AddressFamily = family === 4 ? 6 : 4
  return [
    makeFinding('DS-04', aboutPolicy(policy.raw), {
      field: pathOf(viewed, first.rule, first.index),
      message: `The ${direction} rules name IPv${family} ranges only, and the pods have IPv${other} addresses too.`,
      why: describeEffect(first.rule, family, other),
      fix: `Add the IPv${other} ranges.`,
      evidence: [...new Set(blocks.map(({ text }) => text))],
    }),
  ]
}

function describeEffect({ action }: CompiledRule, family: AddressFamily, other: AddressFamily): string {
  return action === 'deny'
    ? `What is denied over IPv${family} stays open over IPv${other}.`
    : `What is allowed over IPv${family} stays closed over IPv${other}, and clients try IPv6 first.`
}

function pathOf(viewed: ViewedPolicy, rule: CompiledRule, index: number): ReturnType<typeof peerPath> {
  return peerPath(viewed, rule, index)
}

function hasBothFamilies(viewed: ViewedPolicy, view: PolicyView): boolean {
  const subjects = view.subjects(viewed)
  if (subjects.some(({ addresses }) => addresses[4] !== null && addresses[6] !== null)) return true
  const isUnaddressed = subjects.some(({ addresses }) => addresses[4] === null && addresses[6] === null)
  // Pods of manifests have no addresses yet; the ranges of the machines tell which they will get.
  return (
    isUnaddressed &&
    [...view.cluster.nodes.values()].some(
      ({ podCidrs }) => podCidrs.some((cidr) => cidr.includes(':')) && podCidrs.some((cidr) => !cidr.includes(':')),
    )
  )
}
