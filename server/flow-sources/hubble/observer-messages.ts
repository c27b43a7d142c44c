import type { DecodedLine } from '../decoded-line'
import { bytesTag, ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { readText, readTexts } from './proto-text'

/** What a relay says of its nodes within a flow stream. */
export type NodeStatus = { readonly state: NodeState; readonly nodes: readonly string[]; readonly message: string | null }
export type NodeState = 'unknown' | 'connected' | 'unavailable' | 'gone' | 'error'

/** By the numbers of `relay.NodeState`. */
const STATES: readonly NodeState[] = ['unknown', 'connected', 'unavailable', 'gone', 'error']
/** By the numbers of `flow.LostEventSource`. */
const PLACES = ['UNKNOWN_LOST_EVENT_SOURCE', 'PERF_EVENT_RING_BUFFER', 'OBSERVER_EVENTS_QUEUE', 'HUBBLE_RING_BUFFER']

/** More machines than Kubernetes supports in one cluster. */
const MAX_NODES = 10_000
const MAX_MESSAGE = 500

export type ServerStatus = {
  readonly version: string | null
  /** null where the server does not say: a node's own, or one before 1.10. */
  readonly connected: number | null
  readonly unavailable: number | null
  /** At most ten names. */
  readonly unavailableNodes: readonly string[]
  /** Flows since the server's start. */
  readonly seen: number
  /** Flows of the last minute, per second. */
  readonly flowsRate: number | null
}

export type HubbleNode = { readonly name: string; readonly state: NodeState; readonly version: string | null; readonly seen: number }

/** `relay.NodeStatusEvent`. */
export function readNodeStatus(reader: ProtobufReader): NodeStatus {
  let state: NodeState = 'unknown'
  let message: string | null = null
  const nodes: string[] = []
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) state = STATES[reader.uint32()] ?? 'unknown'
    else if (tag === bytesTag(2)) readTexts(reader, nodes, MAX_NODES)
    else if (tag === bytesTag(3)) message = readText(reader, null, MAX_MESSAGE)
    else reader.skip(tag)
  }
  return { state, nodes, message }
}

/** `flow.LostEvent`. */
export function readLostEvent(reader: ProtobufReader): DecodedLine {
  let place = 0
  let count = 0
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) place = reader.uint32()
    else if (tag === varintTag(2)) count = reader.uint64()
    else reader.skip(tag)
  }
  // Nothing sane loses more; a count beyond that would spoil the sums.
  return { kind: 'lost', count: Math.min(count, Number.MAX_SAFE_INTEGER / 1024), where: PLACES[place] ?? `source ${place}` }
}

/** `observer.ServerStatusResponse`. Throws `ProtobufError`. */
export function readServerStatus(bytes: Uint8Array): ServerStatus {
  const reader = new ProtobufReader(bytes)
  const status = {
    version: null as string | null,
    connected: null as number | null,
    unavailable: null as number | null,
    flowsRate: null as number | null,
    seen: 0,
  }
  const unavailableNodes: string[] = []
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(3)) status.seen = reader.uint64()
    else if (tag === bytesTag(5)) status.connected = readWrapped(reader)
    else if (tag === bytesTag(6)) status.unavailable = readWrapped(reader)
    else if (tag === bytesTag(7)) readTexts(reader, unavailableNodes, MAX_NODES)
    else if (tag === bytesTag(8)) status.version = readText(reader)
    else if (tag === ((9 << 3) | 1)) status.flowsRate = reader.double()
    else reader.skip(tag)
  }
  return { ...status, unavailableNodes }
}

/** `observer.GetNodesResponse`. Throws `ProtobufError`. */
export function readNodes(bytes: Uint8Array): readonly HubbleNode[] {
  const reader = new ProtobufReader(bytes)
  const nodes: HubbleNode[] = []
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag !== bytesTag(1) || nodes.length >= MAX_NODES) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    let name: string | null = null
    let version: string | null = null
    let state: NodeState = 'unknown'
    let seen = 0
    while (reader.hasMore) {
      const inner = reader.tag()
      if (inner === bytesTag(1)) name = readText(reader)
      else if (inner === bytesTag(2)) version = readText(reader)
      else if (inner === varintTag(9)) seen = reader.uint64()
      else if (inner === varintTag(4)) state = STATES[reader.uint32()] ?? 'unknown'
      else reader.skip(inner)
    }
    if (name !== null) nodes.push({ name, state, version, seen })
    reader.leave(outer)
  }
  return nodes
}

/** `google.protobuf.UInt32Value`: there, even when it is 0. */
function readWrapped(reader: ProtobufReader): number {
  const outer = reader.enter()
  let value = 0
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === varintTag(1)) value = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return value
}
