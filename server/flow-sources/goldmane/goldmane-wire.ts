import type { PolicyHit } from '../calico/policy-hit'
import { bytesTag, type ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { type GoldmaneEnd, type GoldmaneFlow, type GoldmaneHit, nameOrNull, policyHitOf } from './goldmane-flow'

/** Steps kept of one trace, and labels kept of one end. */
const MAX_HITS = 64
const MAX_LABELS = 64
const MAX_NAME = 253
const MAX_LABEL = 600

const END_TYPES: readonly (GoldmaneEnd['type'] | null)[] = [null, 'workload', 'host', 'network-set', 'network']
const ACTIONS = ['', 'Allow', 'Deny', 'Pass']
const HIT_KINDS = [
  '',
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkPolicy',
  '',
  '',
  'Profile',
  'EndOfTier',
  'ClusterNetworkPolicy',
]

type Key = {
  sourceName: string
  sourceNamespace: string
  sourceType: number
  destName: string
  destNamespace: string
  destType: number
  port: number
  serviceName: string
  serviceNamespace: string
  protocol: string
  reporter: number
  action: number
  enforced: readonly PolicyHit[]
  pending: readonly PolicyHit[]
}

/** Reads a `goldmane.FlowResult`, from the reader's position to its end; null when it holds no flow. Throws `ProtobufError`. */
export function readFlowResult(reader: ProtobufReader): GoldmaneFlow | null {
  let flow: GoldmaneFlow | null = null
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag === bytesTag(2)) {
      const outer = reader.enter()
      flow = readFlow(reader)
      reader.leave(outer)
    } else reader.skip(tag)
  }
  return flow
}

function readFlow(reader: ProtobufReader): GoldmaneFlow {
  let key = emptyKey()
  const sourceLabels: string[] = []
  const destinationLabels: string[] = []
  let [startTime, endTime, packets, bytes, connectionsStarted] = [0, 0, 0, 0, 0]
  while (reader.hasMore) {
    const tag = reader.tag()
    switch (tag) {
      case bytesTag(1): {
        const outer = reader.enter()
        key = readKey(reader)
        reader.leave(outer)
        break
      }
      case varintTag(2):
        startTime = reader.int64()
        break
      case varintTag(3):
        endTime = reader.int64()
        break
      case bytesTag(4):
        addLabel(sourceLabels, reader)
        break
      case bytesTag(5):
        addLabel(destinationLabels, reader)
        break
      case varintTag(6):
      case varintTag(7):
        packets += Math.max(0, reader.int64())
        break
      case varintTag(8):
      case varintTag(9):
        bytes += Math.max(0, reader.int64())
        break
      case varintTag(10):
        connectionsStarted = Math.max(0, reader.int64())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    source: { name: nameOrNull(key.sourceName), namespace: nameOrNull(key.sourceNamespace), type: END_TYPES[key.sourceType] ?? null },
    destination: { name: nameOrNull(key.destName), namespace: nameOrNull(key.destNamespace), type: END_TYPES[key.destType] ?? null },
    port: key.port > 0 && key.port <= 65_535 ? key.port : null,
    service: serviceOf(key),
    protocol: key.protocol,
    reporter: key.reporter === 1 ? 'source' : key.reporter === 2 ? 'destination' : null,
    action: key.action === 1 ? 'allow' : key.action === 2 ? 'deny' : null,
    enforced: key.enforced,
    pending: key.pending,
    startTime,
    endTime,
    sourceLabels,
    destinationLabels,
    packets,
    bytes,
    connectionsStarted,
  }
}

function readKey(reader: ProtobufReader): Key {
  const key = emptyKey()
  while (reader.hasMore) {
    const tag = reader.tag()
    switch (tag) {
      case bytesTag(1):
        key.sourceName = reader.string(MAX_NAME)
        break
      case bytesTag(2):
        key.sourceNamespace = reader.string(MAX_NAME)
        break
      case varintTag(3):
        key.sourceType = reader.uint32()
        break
      case bytesTag(4):
        key.destName = reader.string(MAX_NAME)
        break
      case bytesTag(5):
        key.destNamespace = reader.string(MAX_NAME)
        break
      case varintTag(6):
        key.destType = reader.uint32()
        break
      case varintTag(7):
        key.port = reader.int64()
        break
      case bytesTag(8):
        key.serviceName = reader.string(MAX_NAME)
        break
      case bytesTag(9):
        key.serviceNamespace = reader.string(MAX_NAME)
        break
      case bytesTag(12):
        key.protocol = reader.string(16)
        break
      case varintTag(13):
        key.reporter = reader.uint32()
        break
      case varintTag(14):
        key.action = reader.uint32()
        break
      case bytesTag(15): {
        const outer = reader.enter()
        readTrace(reader, key)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return key
}

function readTrace(reader: ProtobufReader, key: Key): void {
  const enforced: PolicyHit[] = []
  const pending: PolicyHit[] = []
  while (reader.hasMore) {
    const tag = reader.tag()
    if (tag !== bytesTag(1) && tag !== bytesTag(2)) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    const hit = policyHitOf(readHit(reader, 0))
    reader.leave(outer)
    const hits = tag === bytesTag(1) ? enforced : pending
    if (hit !== null && hits.length < MAX_HITS) hits.push(hit)
  }
  key.enforced = enforced
  key.pending = pending
}

function readHit(reader: ProtobufReader, depth: number): GoldmaneHit {
  const hit = { kind: '', namespace: '', name: '', tier: '', action: '', policyIndex: 0, ruleIndex: 0, trigger: null as GoldmaneHit | null }
  while (reader.hasMore) {
    const tag = reader.tag()
    switch (tag) {
      case varintTag(1):
        hit.kind = HIT_KINDS[reader.uint32()] ?? ''
        break
      case bytesTag(2):
        hit.namespace = reader.string(MAX_NAME)
        break
      case bytesTag(3):
        hit.name = reader.string(MAX_NAME)
        break
      case bytesTag(4):
        hit.tier = reader.string(MAX_NAME)
        break
      case varintTag(5):
        hit.action = ACTIONS[reader.uint32()] ?? ''
        break
      case varintTag(6):
        hit.policyIndex = reader.int64()
        break
      case varintTag(7):
        hit.ruleIndex = reader.int64()
        break
      case bytesTag(8): {
        const outer = reader.enter()
        // A trigger has no trigger of its own; one that nests is passed over.
        if (depth === 0) hit.trigger = readHit(reader, 1)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return hit
}

function emptyKey(): Key {
  return {
    sourceName: '',
    sourceNamespace: '',
    sourceType: 0,
    destName: '',
    destNamespace: '',
    destType: 0,
    port: 0,
    serviceName: '',
    serviceNamespace: '',
    protocol: '',
    reporter: 0,
    action: 0,
    enforced: [],
    pending: [],
  }
}

function serviceOf({ serviceName, serviceNamespace }: Key): GoldmaneFlow['service'] {
  const name = nameOrNull(serviceName)
  const namespace = nameOrNull(serviceNamespace)
  return name === null || namespace === null ? null : { namespace, name }
}

function addLabel(labels: string[], reader: ProtobufReader): void {
  const label = reader.string(MAX_LABEL)
  if (label !== '' && labels.length < MAX_LABELS) labels.push(label)
}
