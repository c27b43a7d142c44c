import { dropReason } from './drop-reasons'
import type { HubbleVerdict, RetinaFacts } from './hubble-record'

/**
 * Microsoft Retina serves Hubble's API on clusters without Cilium. What differs: no policy verdicts and no policy names,
 * bytes in the extensions, drop reasons of its own, and an `is_reply` that says "no" for want of knowing better.
 * Source: microsoft/retina:pkg/utils/flow_utils.go.
 */

/** Verdicts that Retina adds to Cilium's. They say what was seen, not what was decided. */
export const RETINA_VERDICTS: ReadonlyMap<number, string> = new Map([
  [15, 'RETRANSMISSION'],
  [16, 'DNS'],
])

/** Cilium's numbers that Retina puts beside its own reasons; it borrows POLICY_DENIED for any iptables rule. */
const BORROWED: ReadonlyMap<number, string> = new Map([
  [133, 'IPTABLE_RULE_DROP'],
  [191, 'IPTABLE_NAT_DROP'],
  [163, 'CONNTRACK_ADD_DROP'],
])

const REASONS: ReadonlyMap<string, string> = new Map([
  ['IPTABLE_NAT_DROP', 'kernel/iptables-nat'],
  ['TCP_CONNECT_BASIC', 'kernel/tcp-connect'],
  ['TCP_ACCEPT_BASIC', 'kernel/tcp-accept'],
  ['TCP_CLOSE_BASIC', 'kernel/tcp-close'],
  ['CONNTRACK_ADD_DROP', 'kernel/conntrack-add'],
  ['UNKNOWN_DROP', 'other/unstated'],
])

/**
 * A drop that Retina saw. A rule of iptables refused the packet; whose rule it was is not known: most are network policy,
 * so our own reading of the policies is asked, which marks what it finds as inferred.
 */
export function retinaDrop(facts: RetinaFacts, stated: number | string | null): HubbleVerdict {
  const name = facts.dropReason ?? (stated === null ? undefined : BORROWED.get(dropReason(stated).number))
  if (name === 'IPTABLE_RULE_DROP') return { verdict: 'dropped', reason: 'policy/iptables-rule', rawReason: name }
  if (name !== undefined) {
    return { verdict: 'error', reason: REASONS.get(name) ?? dropReason(name).code, rawReason: name }
  }
  return { verdict: 'error', reason: 'other/unstated', rawReason: null }
}

/** Sums of one record; a packet that was reported stands for itself and for those that were not. */
export function retinaFacts(fields: ReadonlyMap<string, number | string>): RetinaFacts {
  const bytes = numberOf(fields.get('bytes'))
  const moreBytes = numberOf(fields.get('previously_observed_bytes'))
  const morePackets = numberOf(fields.get('previously_observed_packets'))
  const reason = fields.get('drop_reason')
  return {
    bytes: bytes === null && moreBytes === null ? null : (bytes ?? 0) + (moreBytes ?? 0),
    packets: bytes === null && morePackets === null ? null : 1 + (morePackets ?? 0),
    dropReason: typeof reason === 'string' && reason !== '' ? reason.slice(0, 80) : null,
  }
}

/** Fields that only Retina puts into a Struct of extensions. */
const OWN_FIELDS = ['bytes', 'previously_observed_packets', 'tcp_id', 'drop_reason', 'dns_type']

export function isOfRetina(fields: ReadonlyMap<string, number | string>): boolean {
  return OWN_FIELDS.some((name) => fields.has(name))
}

function numberOf(value: number | string | undefined): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

/** More machines than a cluster has; further ones count as without conntrack. */
const MAX_NODES = 10_000

/**
 * Whose "no answer" is to be believed: Retina says it of every packet, except where its connection tracking is on, which
 * shows by the first answer from that machine. Answers of DNS do not count: those it knows by themselves.
 */
export class RetinaNodes {
  readonly #tracking = new Set<string>()

  believed(isReply: boolean | null, node: string | null, isL7: boolean): boolean | null {
    if (isReply === true && !isL7 && node !== null && this.#tracking.size < MAX_NODES) this.#tracking.add(node)
    return isReply === false && (node === null || !this.#tracking.has(node)) ? null : isReply
  }
}
