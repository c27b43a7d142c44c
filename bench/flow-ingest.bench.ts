import { pathToFileURL } from 'node:url'
import type { ObservedEndpoint, ObservedFlow } from '@/lib/flows/flow'
import { createFlowPipeline } from '@/lib/flows/pipeline'
import { createResolver, type Resolver } from '@/lib/flows/resolve-flow'
import { buildIdentity } from '@/lib/model/identity'
import { BatchBuilder } from '@/server/flow-sources/batch-builder'
import { decodeLine } from '@/server/flow-sources/decode-line'
import { podsCluster } from './pods-cluster'

/**
 * How many Hubble lines a second of processor time decodes, and how many flows it counts, names and sums; beside it what
 * `JSON.parse` alone takes, because no reader of JSON lines can be faster. Then sums of the full window. Run it with
 * `node bench/run.mjs flow-ingest`.
 */
type Figure = { readonly name: string; readonly perSecond: number }

const PODS = 5_000
const EDGES = 20_000
const LINES = 100_000
const BATCH = 1_000
const START = Date.UTC(2026, 4, 4, 10)

/** A deterministic sequence (mulberry32), so that two runs do the same work. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function addressOf(pod: number): string {
  return `10.${pod >> 14}.${(pod >> 7) & 127}.${(pod & 127) + 1}`
}

function hubbleLine(index: number, source: number, destination: number, port: number, isDropped: boolean): string {
  const time = new Date(START + index).toISOString()
  const end = (pod: number) => ({
    ID: pod,
    identity: 20_000 + (pod % 700),
    cluster_name: 'bench',
    namespace: `team-${pod % 50}`,
    labels: [`k8s:app=app-${pod % 700}`, 'k8s:io.cilium.k8s.policy.cluster=bench', `k8s:io.kubernetes.pod.namespace=team-${pod % 50}`],
    pod_name: `app-${pod}`,
    workloads: [{ name: `app-${pod % 700}`, kind: 'Deployment' }],
  })
  const flow = {
    time,
    uuid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    verdict: isDropped ? 'DROPPED' : 'FORWARDED',
    ...(isDropped ? { drop_reason: 133, drop_reason_desc: 'POLICY_DENIED' } : {}),
    ethernet: { source: '56:f5:7b:46:af:8e', destination: '96:a1:db:f8:6a:70' },
    IP: { source: addressOf(source), destination: addressOf(destination), ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 32_768 + (index % 28_000), destination_port: port, flags: { SYN: true } } },
    source: end(source),
    destination: end(destination),
    Type: 'L3_L4',
    node_name: `bench/node-${destination % 100}`,
    event_type: { type: 5 },
    traffic_direction: 'INGRESS',
    is_reply: false,
  }
  return JSON.stringify({ flow, node_name: flow.node_name, time })
}

/** Lines over a fixed set of edges. */
function makeLines(): readonly string[] {
  const random = randomFrom(1)
  const edges = Array.from({ length: EDGES }, () => [random(PODS), random(PODS), 1_000 + random(20)] as const)
  return Array.from({ length: LINES }, (_, index) => {
    const [source, destination, port] = edges[random(EDGES)] ?? [0, 1, 80]
    return hubbleLine(index, source, destination, port, random(20) === 0)
  })
}

/** Work per second of processor time, which other programs on the machine change less than the clock. */
function measure(name: string, work: number, run: () => void): Figure {
  run()
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return { name, perSecond: (work * 1e6) / (user + system) }
}

/** Flows as a source hands them over that keeps its ends: equal ends are one object. Made while nothing is measured. */
function sharedEndFlows(): (from: number) => readonly ObservedFlow[] {
  const random = randomFrom(2)
  const nothing = { service: null, entity: null, names: [], labels: [] }
  const ends: readonly ObservedEndpoint[] = Array.from({ length: PODS }, (_, pod) => ({
    ...nothing,
    ip: addressOf(pod),
    namespace: `team-${pod % 50}`,
    pod: `app-${pod}`,
    workload: { name: `app-${pod % 700}`, kind: 'Deployment' },
  }))
  const endOf = (pod: number) => ends[pod] ?? { ...nothing, ip: null, namespace: null, pod: null, workload: null }
  const edges = Array.from({ length: EDGES }, () => ({
    source: endOf(random(PODS)),
    destination: endOf(random(PODS)),
    port: 1_000 + random(20),
  }))
  const policies: ObservedFlow['policies'] = []
  return (from) =>
    Array.from({ length: BATCH }, (_, offset): ObservedFlow => {
      const index = from + offset
      const { source = endOf(0), destination = endOf(1), port = 80 } = edges[random(EDGES)] ?? {}
      const isDropped = random(20) === 0
      return {
        time: START + Math.floor(index / FLOWS_PER_MS),
        source,
        destination,
        protocol: 'TCP',
        port,
        sourcePort: 32_768 + (index % 28_000),
        verdict: isDropped ? 'dropped' : 'forwarded',
        reason: isDropped ? 'policy/default-deny' : null,
        rawReason: null,
        direction: 'ingress',
        policies,
        l7: null,
        bytes: null,
        packets: null,
        count: 1,
        uuid: Buffer.from(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`).toString('latin1'),
        event: 'policy-verdict',
        phase: 'start',
        guessedOrder: false,
        node: 'node-1',
      }
    })
}

/** By their own clock. */
const FLOWS_PER_MS = 20

/** Only the time in the pipeline counts, not that of making the flows. */
function measureShared(resolve: Resolver): Figure {
  const flowsFrom = sharedEndFlows()
  const pipeline = createFlowPipeline({ resolve })
  const total = 8 * LINES
  let microseconds = 0
  for (let index = 0; index < total; index += BATCH) {
    const batch = { flows: flowsFrom(index), ignored: new Map(), rejected: new Map(), lostAtSource: 0, unknownFields: 0 }
    const before = process.cpuUsage()
    pipeline.accept('bench', batch, START + (index + BATCH) / FLOWS_PER_MS)
    const { user, system } = process.cpuUsage(before)
    // The first half grows the tables and warms the compiler.
    if (index >= total / 2) microseconds += user + system
  }
  return { name: 'the same from a source that keeps its ends, flows/s', perSecond: ((total / 2) * 1e6) / microseconds }
}

export function benchFlowIngest(): readonly Figure[] {
  const cluster = podsCluster(PODS, (pod) => ({
    namespace: `team-${pod % 50}`,
    name: `app-${pod}`,
    app: `app-${pod % 700}`,
    ip: addressOf(pod),
  }))
  const resolve = createResolver(cluster, buildIdentity(cluster))
  // Before the memory is full of lines.
  const shared = measureShared(resolve)
  const lines = makeLines()
  const now = START + LINES
  const batches = () => {
    const builder = new BatchBuilder()
    return Array.from({ length: LINES / BATCH }, (_, batch) => {
      for (const line of lines.slice(batch * BATCH, (batch + 1) * BATCH)) builder.add(decodeLine(line, null, now))
      return builder.take()
    })
  }
  const decoded = batches()
  let pipeline = createFlowPipeline({ resolve })
  const accept = () => {
    pipeline = createFlowPipeline({ resolve })
    for (const batch of decoded) pipeline.accept('bench', batch, now)
  }
  return [
    measure('JSON.parse alone, lines/s', LINES, () => {
      for (const line of lines) JSON.parse(line)
    }),
    measure('decode, lines/s', LINES, () => void batches()),
    measure('count once, name and sum, flows/s', LINES, accept),
    shared,
    measure('decode to window, flows/s', LINES, () => {
      pipeline = createFlowPipeline({ resolve })
      for (const batch of batches()) pipeline.accept('bench', batch, now)
    }),
    measure('sums of the whole window, edges/s', pipeline.window.usage().edges, () => void pipeline.window.edges(START - 60_000, now)),
  ]
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, perSecond } of benchFlowIngest())
    process.stdout.write(`${Math.round(perSecond).toLocaleString('en').padStart(12)}  ${name}\n`)
}
