import {
  EVENT_DROP,
  EVENT_L7,
  EVENT_POLICY_VERDICT,
  EVENT_TRACE,
  type HubbleRecord,
  TCP_ACK,
  TCP_SYN,
  VERDICT_AUDIT,
  VERDICT_DROPPED,
} from './hubble-record'

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
const LATER: HubbleOrder = { isTurned: false, phase: 'later', isGuess: false }
const UNKNOWN: HubbleOrder = { isTurned: false, phase: 'unknown', isGuess: false }
const REPLY: HubbleOrder = { isTurned: true, phase: 'reply', isGuess: false }
const GUESSED_LATER: HubbleOrder = { isTurned: false, phase: 'later', isGuess: true }
const GUESSED: HubbleOrder = { isTurned: false, phase: 'unknown', isGuess: true }

const REASON_NEW = 1
const REASON_ESTABLISHED = 2
const REASON_REPLY = 3
const REASON_RELATED = 4
const REASON_REOPENED = 5

/**
 * Orders the two ends of a record.
 *
 * `is_reply` decides when it is there: it has three values, and absent is not "no". Servers before 1.10 send only the
 * old `reply`, where "no" is left out. Without either, policy verdicts and drops are first packets; a trace is told by
 * its reason and TCP flags; else the end with the only low port is the server; else the order is a guess and said so.
 */
export function readOrder(record: HubbleRecord): HubbleOrder {
  const { eventType, isReply, tcpFlags, traceReason, verdict } = record
  if (eventType === EVENT_L7 || record.hasL7) return (isReply ?? record.isL7Response) ? REPLY : START
  if (isReply === true) return REPLY
  const isFirst = eventType === EVENT_POLICY_VERDICT || eventType === EVENT_DROP
  if (isFirst || verdict === VERDICT_DROPPED || verdict === VERDICT_AUDIT) return START
  if (traceReason === REASON_REPLY) return REPLY
  if (tcpFlags !== null && (tcpFlags & TCP_SYN) !== 0) {
    if ((tcpFlags & TCP_ACK) === 0) return START
    if (isReply === null) return REPLY
  }
  if (traceReason === REASON_NEW) return START
  const isLater =
    traceReason === REASON_ESTABLISHED ||
    traceReason === REASON_REOPENED ||
    traceReason === REASON_RELATED ||
    (tcpFlags !== null && (tcpFlags & TCP_SYN) === 0)
  if (isReply === false) return isLater ? LATER : UNKNOWN
  return orderByPort(record, isLater)
}

function orderByPort({ eventType, sourcePort, destinationPort }: HubbleRecord, isLater: boolean): HubbleOrder {
  const isPacket = eventType === EVENT_TRACE || eventType === null
  if (!isPacket || sourcePort === null || destinationPort === null) return isLater ? GUESSED_LATER : GUESSED
  const destinationIsLow = destinationPort < FIRST_CLIENT_PORT
  if (sourcePort < FIRST_CLIENT_PORT === destinationIsLow) return isLater ? GUESSED_LATER : GUESSED
  if (destinationIsLow) return isLater ? LATER : UNKNOWN
  return REPLY
}
