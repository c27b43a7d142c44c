import { EVENT_DROP, EVENT_L7, EVENT_POLICY_VERDICT, EVENT_TRACE, eventType } from './hubble-verdict'
import { type JsonObject, objectOf } from './json-fields'

/** Which end began, and where in the connection the packet stands. */
export type HubbleOrder = {
  /** True when the record's source is the server: the ends must be turned round. */
  readonly isTurned: boolean
  readonly phase: 'start' | 'later' | 'reply' | 'unknown'
  readonly isGuess: boolean
}

/** Linux takes client ports from here up (`net.ipv4.ip_local_port_range`). */
const FIRST_CLIENT_PORT = 32_768

const START: HubbleOrder = { isTurned: false, phase: 'start', isGuess: false }
const REPLY: HubbleOrder = { isTurned: true, phase: 'reply', isGuess: false }

/**
 * Orders the two ends of a record.
 *
 * `is_reply` decides when it is there: it has three values, and absent is not "no". Servers before 1.10 send only the
 * old `reply`, where "no" is left out. Without either, policy verdicts and drops are first packets; a trace is told by
 * its reason and TCP flags; else the end with the only low port is the server; else the order is a guess and said so.
 */
export function readOrder(flow: JsonObject, sourcePort: number | null, destinationPort: number | null): HubbleOrder {
  const type = eventType(flow)
  const l7 = objectOf(flow.l7)
  if (type === EVENT_L7 || l7 !== null) {
    const isReply = replyFlag(flow) ?? (l7?.type === 'RESPONSE' || l7?.type === 2)
    return isReply ? REPLY : START
  }

  const isReply = replyFlag(flow)
  if (isReply === true) return REPLY
  const isVerdict = type === EVENT_POLICY_VERDICT || type === EVENT_DROP || flow.verdict === 'DROPPED' || flow.verdict === 'AUDIT'
  if (isVerdict) return START

  const flags = objectOf(objectOf(objectOf(flow.l4)?.TCP)?.flags)
  const reason = flow.trace_reason
  if (reason === 'REPLY' || reason === 3) return REPLY
  if (flags?.SYN === true) {
    if (flags.ACK !== true) return START
    if (isReply === null) return REPLY
  }
  const isLater = reason === 'ESTABLISHED' || reason === 'REOPENED' || reason === 'RELATED' || (flags !== null && flags.SYN !== true)
  const phase = reason === 'NEW' || reason === 1 ? 'start' : isLater ? 'later' : 'unknown'
  if (isReply === false || phase === 'start') return { isTurned: false, phase, isGuess: false }
  return orderByPort(phase, sourcePort, destinationPort, type === EVENT_TRACE || type === null)
}

function orderByPort(
  phase: HubbleOrder['phase'],
  sourcePort: number | null,
  destinationPort: number | null,
  isPacket: boolean,
): HubbleOrder {
  if (!isPacket || sourcePort === null || destinationPort === null) return { isTurned: false, phase, isGuess: true }
  const sourceIsLow = sourcePort < FIRST_CLIENT_PORT
  const destinationIsLow = destinationPort < FIRST_CLIENT_PORT
  if (sourceIsLow === destinationIsLow) return { isTurned: false, phase, isGuess: true }
  if (destinationIsLow) return { isTurned: false, phase, isGuess: false }
  return { isTurned: true, phase: 'reply', isGuess: false }
}

/** `is_reply` as it is, else an old `reply` that says yes; null when the record does not say. */
function replyFlag(flow: JsonObject): boolean | null {
  if (typeof flow.is_reply === 'boolean') return flow.is_reply
  const wrapped = objectOf(flow.is_reply)
  if (wrapped !== null) return wrapped.value === true
  return flow.reply === true ? true : null
}
