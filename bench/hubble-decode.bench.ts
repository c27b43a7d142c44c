import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { credentials, loadPackageDefinition } from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import { createFlowPipeline } from '@/lib/flows/pipeline'
import { createResolver } from '@/lib/flows/resolve-flow'
import { buildIdentity } from '@/lib/model/identity'
import { GrpcConnection } from '@/server/flow-sources/grpc/grpc-connection'
import { flowRequest } from '@/server/flow-sources/hubble/flow-request'
import { HubbleDecoder } from '@/server/flow-sources/hubble/hubble-decoder'
import { createHubbleSource } from '@/server/flow-sources/hubble/hubble-source'
import { encoded, OBSERVER_ROOT } from '@/server/flow-sources/hubble/testing/observer-proto'
import { serveFrames } from './frame-server'
import { podsCluster } from './pods-cluster'

/**
 * Hubble's flows a second of processor time: decoded by us and by protobufjs from memory, then over loopback with our client
 * and with grpc-js and proto-loader, and as the product takes them: by its source into the window, every flow the first of its
 * connection. The server runs in a process of its own. Run it with `node bench/run.mjs hubble-decode`.
 */
const PODS = 5_000
const DISTINCT = 20_000
const FLOWS = 200_000

const podName = (pod: number) => `app-${pod % 700}-7d9f8c6b5-${pod}`
const namespaceOf = (pod: number) => `team-${pod % 50}`
const addressOf = (pod: number) => `10.${pod >> 14}.${(pod >> 7) & 127}.${(pod & 127) + 1}`

function message(index: number): Buffer {
  const end = (pod: number) => ({
    ID: pod % 200,
    identity: 20_000 + (pod % 700),
    cluster_name: 'bench',
    namespace: namespaceOf(pod),
    labels: [
      `k8s:app.kubernetes.io/name=app-${pod % 700}`,
      'k8s:io.cilium.k8s.policy.cluster=bench',
      'k8s:io.cilium.k8s.policy.serviceaccount=default',
      `k8s:io.kubernetes.pod.namespace=team-${pod % 50}`,
    ],
    pod_name: podName(pod),
    workloads: [{ name: `app-${pod % 700}`, kind: 'Deployment' }],
  })
  const source = (index * 7) % PODS
  const destination = (index * 13 + 5) % PODS
  const flow = {
    time: { seconds: 1_780_000_000 + (index >> 10), nanos: (index & 1_023) * 900_000 },
    uuid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    verdict: 'FORWARDED',
    ethernet: { source: '56:f5:7b:46:af:8e', destination: '96:a1:db:f8:6a:70' },
    IP: { source: addressOf(source), destination: addressOf(destination), ipVersion: 1 },
    l4: { TCP: { source_port: 32_768 + (index % 28_000), destination_port: 8_080, flags: { SYN: true } } },
    source: end(source),
    destination: end(destination),
    Type: 'L3_L4',
    node_name: `bench/node-${destination % 100}`,
    event_type: { type: 4, sub_type: 3 },
    traffic_direction: 'EGRESS',
    trace_observation_point: 3,
    trace_reason: 'NEW',
    is_reply: { value: false },
    cgroup_id: 17_000 + source,
    emitter: { name: 'Hubble', version: '1.19.4' },
    Summary: 'TCP Flags: SYN',
  }
  return encoded('GetFlowsResponse', { flow, node_name: flow.node_name, time: flow.time })
}

const same = (bytes: Buffer) => bytes
const METHOD = {
  path: '/observer.Observer/GetFlows',
  requestStream: false,
  responseStream: true,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const

/** Flows a second of this process's processor time. */
async function measured(name: string, work: () => Promise<number> | number): Promise<number> {
  await work()
  const before = process.cpuUsage()
  const flows = await work()
  const { user, system } = process.cpuUsage(before)
  const perSecond = (flows * 1e6) / (user + system)
  process.stdout.write(`${name.padEnd(46)}${Math.round(perSecond).toLocaleString('en')} flows/s of processor time\n`)
  return perSecond
}

if (process.send !== undefined) await serve()
else await compare()

async function serve(): Promise<void> {
  const messages = Array.from({ length: DISTINCT }, (_, index) => message(index))
  const places = messages.map(placesOf)
  let next = 0
  /** Like the one before it, of another connection. */
  function nextMessage(): Buffer {
    const number = next++
    const bytes = Buffer.from(messages[number % DISTINCT] as Buffer)
    const { uuid, port } = places[number % DISTINCT] as Places
    bytes.write(String(number).padStart(12, '0'), uuid, 'latin1')
    const clientPort = 32_768 + (Math.floor(number / DISTINCT) % 28_000)
    bytes[port] = 0x80 | (clientPort & 0x7f)
    bytes[port + 1] = 0x80 | ((clientPort >> 7) & 0x7f)
    return bytes
  }
  process.send?.(await serveFrames(nextMessage))
}

type Places = { readonly uuid: number; readonly port: number }

/** Where the last digits of the id are, and the varint of the client's port. */
function placesOf(bytes: Buffer): Places {
  const afterPort = bytes.indexOf(encoded('TCPHeader', { destination_port: 8_080 }))
  return { uuid: bytes.indexOf('00000000-0000-4000-8000-') + 24, port: afterPort - 3 }
}

async function compare(): Promise<void> {
  const messages = Array.from({ length: DISTINCT }, (_, index) => message(index))
  const bytes = messages.reduce((sum, { length }) => sum + length, 0) / DISTINCT
  process.stdout.write(`${Math.round(bytes)} bytes a flow, ${DISTINCT} distinct flows between ${PODS} pods\n\n`)

  const decoder = new HubbleDecoder()
  await measured('decoded by us', () => {
    for (let index = 0; index < FLOWS; index++) decoder.decode(messages[index % DISTINCT] as Buffer, 0)
    return FLOWS
  })
  const type = OBSERVER_ROOT.lookupType('GetFlowsResponse')
  await measured('decoded by protobufjs', () => {
    for (let index = 0; index < FLOWS; index++) type.decode(messages[index % DISTINCT] as Buffer)
    return FLOWS
  })

  const { fork } = await import('node:child_process')
  const child = fork(process.argv[1] as string)
  const [port] = (await once(child, 'message')) as [number]
  const connection = await GrpcConnection.open({ host: '127.0.0.1', port, tls: null }, new AbortController().signal)
  const request = flowRequest({ sinceMs: 0, fieldMask: [], namespaces: [] })
  const ours = await measured('over loopback, our client and decoder', async () => {
    let flows = 0
    for await (const batch of connection.serverStream(METHOD.path, request)) {
      for (const each of batch) if (decoder.decode(each, 0).kind === 'flow') flows++
      if (flows >= FLOWS) break
    }
    return flows
  })
  connection.close()

  const cluster = podsCluster(PODS, (pod) => ({
    namespace: namespaceOf(pod),
    name: podName(pod),
    app: `app-${pod % 700}`,
    ip: addressOf(pod),
  }))
  const resolve = createResolver(cluster, buildIdentity(cluster))
  const pipeline = createFlowPipeline({ resolve })
  const source = createHubbleSource({ target: { host: '127.0.0.1', port, tls: null }, now: Date.now, random: Math.random })
  const batches = source.batches(new AbortController().signal, () => undefined)[Symbol.asyncIterator]()
  // One stream, which goes on where the warming up ended.
  const counted = await measured('over loopback, our source into the window', async () => {
    let flows = 0
    while (flows < FLOWS) {
      const { value: batch } = await batches.next()
      if (batch === undefined) break
      pipeline.accept(source.name, batch, Date.now(), { family: 'hubble', isLive: true })
      flows += batch.flows.length
      await setImmediate()
    }
    return flows
  })
  await batches.return?.()

  const options = { keepCase: true, longs: String, enums: String, oneofs: true }
  const { Observer } = loadPackageDefinition(fromJSON(OBSERVER_ROOT.toJSON(), options)) as unknown as {
    Observer: new (
      address: string,
      credentials: unknown,
    ) => { makeServerStreamRequest: (...args: unknown[]) => AsyncIterable<{ flow?: object }> }
  }
  const observer = new Observer(`127.0.0.1:${port}`, credentials.createInsecure())
  const { GetFlows } = (Observer as unknown as { service: Record<string, { responseDeserialize: (bytes: Buffer) => unknown }> }).service
  const theirs = await measured('over loopback, grpc-js and proto-loader', async () => {
    let flows = 0
    const stream = observer.makeServerStreamRequest(METHOD.path, same, GetFlows?.responseDeserialize, Buffer.from(request))
    for await (const each of stream) if (each.flow !== undefined && ++flows >= FLOWS) break
    return flows
  })
  process.stdout.write(`\ndecoded ${(ours / theirs).toFixed(1)} times, counted ${(counted / theirs).toFixed(1)} times\n`)
  child.kill()
  process.exit(0)
}
