import { startGrpcServer } from '@/server/flow-sources/grpc/testing/grpc-server'
import { encoded, OBSERVER_ROOT } from '@/server/flow-sources/hubble/testing/observer-proto'

/** A Hubble server that remembers every flow that it saw, as real ones do with the newest thousands. */
export type HubbleRing = {
  readonly port: number
  /** How many flows there were. Each comes from a port of its own, which is its number. */
  readonly seen: () => number
  readonly stop: () => void
}

const FIRST = 1_000
const EVERY_MS = 20

/** Sees fifty flows a second, every tenth of them refused, from two nodes. */
export async function startHubbleRing(): Promise<HubbleRing> {
  const ring: { readonly time: number; readonly message: Buffer }[] = []
  const followers = new Set<(message: Buffer) => void>()
  const timer = setInterval(() => {
    const time = Date.now()
    const number = FIRST + ring.length
    const message = aFlow(number, time)
    ring.push({ time, message })
    for (const follow of followers) follow(message)
  }, EVERY_MS)
  const server = await startGrpcServer({
    unary: {
      '/observer.Observer/ServerStatus': (_call, answer) => answer(null, encoded('ServerStatusResponse', { version: '1.19.4' })),
      '/observer.Observer/GetNodes': (_call, answer) => answer(null, encoded('GetNodesResponse', { nodes: [] })),
    },
    streams: {
      '/observer.Observer/GetFlows': (call) => {
        const type = OBSERVER_ROOT.lookupType('GetFlowsRequest')
        const { since } = type.toObject(type.decode(call.request), { longs: Number }) as { since: { seconds: number; nanos?: number } }
        const from = since.seconds * 1_000 + (since.nanos ?? 0) / 1e6
        for (const { time, message } of ring) if (time >= from) call.write(message)
        const follow = (message: Buffer) => void call.write(message)
        followers.add(follow)
        call.on('cancelled', () => followers.delete(follow))
        call.on('close', () => followers.delete(follow))
      },
    },
  })
  const stop = () => {
    clearInterval(timer)
    server.stop()
  }
  return { port: server.port, seen: () => ring.length, stop }
}

function aFlow(number: number, time: number): Buffer {
  const isRefused = number % 10 === 0
  const node = `worker-${number % 2}`
  return encoded('GetFlowsResponse', {
    flow: {
      time: { seconds: Math.floor(time / 1_000), nanos: (time % 1_000) * 1e6 },
      uuid: `flow-${number}`,
      verdict: isRefused ? 'DROPPED' : 'FORWARDED',
      ...(isRefused ? { drop_reason_desc: 'POLICY_DENIED' } : {}),
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: number, destination_port: 80, flags: { SYN: true } } },
      source: { namespace: 'shop', pod_name: 'web-0' },
      destination: { namespace: 'shop', pod_name: 'cart-0' },
      Type: 'L3_L4',
      node_name: node,
      event_type: { type: isRefused ? 1 : 5 },
      traffic_direction: 'EGRESS',
    },
    node_name: node,
  })
}
