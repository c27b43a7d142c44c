import { framed } from '@/server/flow-sources/grpc/message-splitter'
import { encoded } from '@/server/flow-sources/hubble/testing/observer-proto'
import type { GeneratedCluster } from '../generate-cluster'

/** One record as a gRPC frame, with the places of what changes from connection to connection. */
type Template = { readonly frame: Buffer; readonly times: readonly number[]; readonly uuid: number; readonly port: number }
/** What both sides of a connection report of it. */
type Pair = { readonly records: readonly [Template, Template]; nextPort: number }

const FIRST_PORT = 32_768
const LAST_PORT = 60_999
const UUID_BYTES = 36
/** Values whose places are looked up; they are as long on the wire as any other that takes their place. */
const PLACEHOLDER = { time: { seconds: 2_000_000_000, nanos: 999_999_999 }, port: 65_535, uuid: '~'.repeat(UUID_BYTES) }

/**
 * Hubble's records of connections between the pods of a generated cluster, as frames of its flow stream: of every connection
 * two records, of the client's and of the server's machine, or the verdict and the drop. Made once; what differs is written
 * into them, so that the sender costs little beside what it measures.
 */
export class FlowFrames {
  readonly #pairs: readonly Pair[]
  #connections = 0
  #random = 1

  constructor(cluster: GeneratedCluster) {
    const ends = endsOf(cluster)
    this.#pairs = cluster.flowEdges.flatMap(({ source, destination, verdicts }, index) => {
      const [from, to] = [ends.get(source.ref), ends.get(destination.ref)]
      if (from === undefined || to === undefined) return []
      const isRefused = verdicts.dropped > 0
      const records = [template(from, to, isRefused, true), template(from, to, isRefused, false)] as const
      return [{ records, nextPort: FIRST_PORT + ((index * 7_919) % (LAST_PORT - FIRST_PORT)) }]
    })
  }

  /** Pairs of pods that talk. */
  get edges(): number {
    return this.#pairs.length
  }

  /** Connections that were handed out. */
  get connections(): number {
    return this.#connections
  }

  /** The two records of each of so many connections that begin now. `now` in milliseconds since the epoch. */
  take(connections: number, now: number): Buffer {
    const frames: Buffer[] = []
    for (let index = 0; index < connections; index++) {
      const pair = this.#pairs[this.#below(this.#pairs.length)]
      if (pair === undefined) throw new RangeError('a cluster without traffic')
      const port = pair.nextPort
      pair.nextPort = port === LAST_PORT ? FIRST_PORT : port + 1
      pair.records.forEach((record, side) => {
        frames.push(filled(record, now, port, 2 * this.#connections + side))
      })
      this.#connections++
    }
    return Buffer.concat(frames)
  }

  /** A deterministic sequence (xorshift). */
  #below(limit: number): number {
    this.#random ^= this.#random << 13
    this.#random ^= this.#random >>> 17
    this.#random ^= this.#random << 5
    return (this.#random >>> 0) % limit
  }
}

type End = { readonly ip: string; readonly node: string; readonly endpoint: object }

function endsOf({ documents }: GeneratedCluster): ReadonlyMap<string, End> {
  const ends = new Map<string, End>()
  for (const document of documents) {
    const pod = document as PodDocument
    if (pod.kind !== 'Pod') continue
    const { name, namespace, labels, ownerReferences } = pod.metadata
    const identity = 20_000 + Number(/\d+/.exec(labels.app)?.[0] ?? 0)
    const endpoint = {
      ID: ends.size % 250,
      identity,
      cluster_name: 'soak',
      namespace,
      labels: [
        ...Object.entries(labels).map(([key, value]) => `k8s:${key}=${value}`),
        'k8s:io.cilium.k8s.policy.cluster=soak',
        'k8s:io.cilium.k8s.policy.serviceaccount=default',
        `k8s:io.kubernetes.pod.namespace=${namespace}`,
      ],
      pod_name: name,
      workloads: ownerReferences.map(({ name: workload, kind }) => ({ name: workload, kind })),
    }
    ends.set(`${namespace}/${name}`, { ip: pod.status.podIPs[0].ip, node: `soak/${pod.spec.nodeName}`, endpoint })
  }
  return ends
}

/** As `generateCluster` makes them. */
type PodDocument = {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>> & { readonly app: string }
    readonly ownerReferences: readonly { readonly name: string; readonly kind: string }[]
  }
  readonly spec: { readonly nodeName: string }
  readonly status: { readonly podIPs: readonly [{ readonly ip: string }] }
}

function template(source: End, destination: End, isRefused: boolean, isFirst: boolean): Template {
  const isClient = isFirst && !isRefused
  const verdictEvent = { type: 5, sub_type: 0 }
  const outcome = isRefused ? { verdict: 'DROPPED', drop_reason_desc: 133 } : { verdict: 'FORWARDED' }
  const flow = {
    ...outcome,
    time: PLACEHOLDER.time,
    uuid: PLACEHOLDER.uuid,
    IP: { source: source.ip, destination: destination.ip, ipVersion: 1 },
    l4: { TCP: { source_port: PLACEHOLDER.port, destination_port: 8080, flags: { SYN: true } } },
    source: source.endpoint,
    destination: destination.endpoint,
    Type: 'L3_L4',
    node_name: isClient ? source.node : destination.node,
    event_type: isClient ? { type: 4, sub_type: 3 } : isRefused && !isFirst ? { type: 1, sub_type: 133 } : verdictEvent,
    traffic_direction: isClient ? 'EGRESS' : 'INGRESS',
    ...(isClient ? { trace_reason: 'NEW' } : {}),
    is_reply: { value: false },
    emitter: { name: 'Hubble', version: '1.19.4' },
  }
  const frame = framed(encoded('GetFlowsResponse', { flow, node_name: flow.node_name, time: flow.time }))
  const times = placesOf(frame, encoded('Timestamp', PLACEHOLDER.time))
  const [uuid = -1] = placesOf(frame, Buffer.from(PLACEHOLDER.uuid))
  const [port = -1] = placesOf(frame, encoded('TCPHeader', { source_port: PLACEHOLDER.port }))
  if (times.length !== 2 || uuid === -1 || port === -1) throw new Error('a record whose places cannot be found')
  return { frame, times, uuid, port }
}

function placesOf(frame: Buffer, what: Buffer): readonly number[] {
  const places: number[] = []
  for (let at = frame.indexOf(what); at !== -1; at = frame.indexOf(what, at + 1)) places.push(at)
  return places
}

function filled({ frame, times, uuid, port }: Template, now: number, clientPort: number, number: number): Buffer {
  const seconds = Math.floor(now / 1_000)
  const nanos = (now - seconds * 1_000) * 1_000_000
  // After the tag of each field.
  for (const at of times) {
    writeNumber(frame, at + 1, seconds, 5)
    writeNumber(frame, at + 7, nanos, 5)
  }
  writeNumber(frame, port + 1, clientPort, 3)
  frame.write(`00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`, uuid, 'latin1')
  return Buffer.from(frame)
}

/** A varint of exactly so many bytes. */
function writeNumber(bytes: Buffer, start: number, value: number, width: number): void {
  let rest = value
  for (let index = 0; index < width - 1; index++, rest = Math.floor(rest / 128)) bytes[start + index] = 0x80 | (rest % 128)
  bytes[start + width - 1] = rest
}
