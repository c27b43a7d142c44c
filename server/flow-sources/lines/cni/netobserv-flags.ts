import { countOf, textsOf } from '../../json-fields'

const SYN = 0x02
const ACK = 0x10
/** The agent's own bit for a packet with SYN and ACK, because it puts the flags of all packets of a flow together. */
const SYN_ACK = 0x100

/**
 * What the flags of a NetObserv record tell of its direction: a SYN comes from the caller, a SYN with ACK from the callee. Flags
 * are a number, or names in newer versions. Null when they do not tell.
 */
export function readTcpFlags(value: unknown): { readonly isSyn: boolean; readonly isAck: boolean } | null {
  const names = textsOf(value, 16)
  const number = countOf(value)
  if (number === null && names.length === 0) return null
  const bits = number ?? 0
  if ((bits & SYN_ACK) !== 0 || names.includes('SYN_ACK')) return { isSyn: true, isAck: true }
  const isSyn = (bits & SYN) !== 0 || names.includes('SYN')
  // Old agents have no bit of their own: SYN and ACK of one side together may be either.
  const isEither = isSyn && names.length === 0 && (bits & ACK) !== 0 && bits < SYN_ACK
  return { isSyn: isSyn && !isEither, isAck: false }
}
