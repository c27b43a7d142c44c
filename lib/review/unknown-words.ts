import type { ReplayUnknown, ReplayUnknownReason } from './flow-replay'

const WORDS: ReadonlyMap<ReplayUnknownReason, string> = new Map([
  ['differs', 'the pods or addresses behind one name get different answers'],
  ['end-appears', 'an end is not in the cluster yet'],
  ['end-disappears', 'an end is not in the cluster any more'],
  ['unknown-endpoint', 'an end is not in the cluster, or its address is not known'],
  ['unsupported-policy', 'a policy has a part that cannot be understood'],
  ['policies-not-read', 'policies of a kind that may not be read could decide'],
  ['namespace-not-read', 'a rule asks for labels of a namespace that may not be read'],
  ['unsupported-kind', 'a policy is of a kind that is not evaluated here'],
  ['unresolved-named-port', 'a named port does not exist'],
  ['host-network', 'it depends on which machine it is'],
  ['fqdn-rule', 'a rule for a DNS name decides'],
  ['l7-rule', 'a rule about requests decides'],
  ['protocol-not-covered', 'the policies say nothing of this protocol'],
  ['equal-priority', 'two policies of equal priority contradict each other'],
  ['source-port', 'a rule looks at the port that the connection comes from'],
])

/** Why recorded connections have no certain answer, as a clause. */
export function unknownWords(reason: ReplayUnknownReason, at: ReplayUnknown['at']): string {
  const words = WORDS.get(reason) ?? reason
  return at === 'after' && !reason.startsWith('end-') ? `with the draft ${words}` : words
}
