import type { FlowL7, FlowPolicy, ObservedEndpoint, Verdict } from '@/lib/flows/flow'
import type { FlowProtocol } from '@/lib/model/protocol'
import { NOWHERE } from '../nowhere'

/**
 * What one record of Hubble states, read from JSON or from protobuf: both are understood by the same functions. Numbers
 * are those of the enums in `flow.proto`; 0 stands for "unknown" there. null: the record does not say.
 */
export type HubbleRecord = {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly source: ObservedEndpoint
  readonly destination: ObservedEndpoint
  readonly protocol: FlowProtocol
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** Flags of the TCP header, a bit for each (`TCP_SYN`, `TCP_ACK`). */
  readonly tcpFlags: number | null
  readonly verdict: number
  /** A verdict that this version does not know, in the source's own words. */
  readonly unknownVerdict: string | null
  /** Number of the drop reason, or its name where only that is stated and we do not know it. */
  readonly dropReason: number | string | null
  readonly eventType: number | null
  readonly flowType: number
  readonly isReply: boolean | null
  readonly traceReason: number
  readonly direction: number
  readonly policies: readonly FlowPolicy[]
  readonly hasDenyingPolicy: boolean
  /** True for a record of a request or answer, also of a kind that we do not read. */
  readonly hasL7: boolean
  readonly isL7Response: boolean
  readonly l7: FlowL7 | null
  /** Flows that an aggregated record of an exporter stands for. */
  readonly aggregated: number | null
  readonly uuid: string | null
  readonly node: string | null
  /** What Retina adds; null for a record of Cilium. */
  readonly retina: RetinaFacts | null
}

/** A record that is filled in again and again, so that none has to be made for each flow. */
export type HubbleDraft = { -readonly [Key in keyof HubbleRecord]: HubbleRecord[Key] }

export function emptyRecord(): HubbleDraft {
  return {
    time: 0,
    source: NOWHERE,
    destination: NOWHERE,
    protocol: 'OTHER',
    sourcePort: null,
    destinationPort: null,
    tcpFlags: null,
    verdict: 0,
    unknownVerdict: null,
    dropReason: null,
    eventType: null,
    flowType: 0,
    isReply: null,
    traceReason: 0,
    direction: 0,
    policies: [],
    hasDenyingPolicy: false,
    hasL7: false,
    isL7Response: false,
    l7: null,
    aggregated: null,
    uuid: null,
    node: null,
    retina: null,
  }
}

/** Facts that only Retina's agents state, in the `extensions` of a flow. */
export type RetinaFacts = {
  /** Bytes and packets of the reported packet and of those seen since the last report. */
  readonly bytes: number | null
  readonly packets: number | null
  /** Retina's own name, such as `IPTABLE_RULE_DROP`; null when the packet was not dropped. */
  readonly dropReason: string | null
}

/** What the dataplane did, with our reason code and Cilium's own word for it. */
export type HubbleVerdict = { readonly verdict: Verdict; readonly reason: string | null; readonly rawReason: string | null }

export const EVENT_DROP = 1
export const EVENT_TRACE = 4
export const EVENT_POLICY_VERDICT = 5
export const EVENT_SOCKET = 7
export const EVENT_L7 = 129

export const TYPE_L7 = 2
export const TYPE_SOCKET = 3

export const VERDICT_DROPPED = 2
export const VERDICT_AUDIT = 4

/** Bits by the field numbers of `flow.TCPFlags`. */
export const TCP_SYN = 1 << 2
export const TCP_ACK = 1 << 5

/** Debug, capture, recorder and agent events: what the agent does, not what the network does. */
export const OTHER_EVENTS: ReadonlySet<number> = new Set([2, 3, 6, 130])

export function isNowhere(endpoint: ObservedEndpoint): boolean {
  return (
    endpoint.ip === null && endpoint.pod === null && endpoint.namespace === null && endpoint.entity === null && endpoint.workload === null
  )
}

/**
 * Flows that an aggregated record stands for. The same connection is counted under ingress and under egress when both
 * ends are on one node, so the largest of the three counts is taken, not their sum.
 */
export function aggregatedCount(ingress: number, egress: number, unknown: number): number {
  return Math.max(1, ingress, egress, unknown)
}

/** `cluster/node` or `node`: the machine's name alone. */
export function nodeName(text: string): string | null {
  const name = text.slice(text.lastIndexOf('/') + 1)
  return name === '' ? null : name
}

/** A port that is one; null for 0, which stands for "none". */
export function portOf(value: number | null): number | null {
  return value === null || value === 0 || value > 65_535 ? null : value
}
