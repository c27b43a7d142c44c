import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { framed } from '@/server/flow-sources/grpc/message-splitter'
import { encoded } from '@/server/flow-sources/hubble/testing/observer-proto'
import { generateCluster } from '../generate-cluster'
import { FlowFrames } from './flow-frames'

/** What the sender says of itself. `records` and `lostEvents` are messages that were sent. */
export type SentSoFar = { readonly connections: number; readonly records: number; readonly lost: number; readonly lostEvents: number }

const STEP_MS = 10
/** Bytes that wait for a slow reader; then records are lost, as in the ring of a real server. */
const MOST_WAITING = 8 * 1024 * 1024

/**
 * Speaks Hubble's Observer API over HTTP/2 and sends flows at a steady rate to whoever asks, in a process of its own. Tells its
 * parent the port, and what it sent whenever the parent asks; `stop` ends the flows and not the stream.
 */
export async function serveFlows(pods: number, perSecond: number): Promise<void> {
  const frames = new FlowFrames(generateCluster(pods))
  let isStopped = false
  let sent: SentSoFar = { connections: 0, records: 0, lost: 0, lostEvents: 0 }

  function follow(stream: ServerHttp2Stream): void {
    let last = performance.now()
    let owed = 0
    let untold = 0
    const timer = setInterval(() => {
      const now = performance.now()
      owed += isStopped ? 0 : ((now - last) * perSecond) / 2_000
      last = now
      const connections = Math.floor(owed)
      owed -= connections
      if (stream.writableLength > MOST_WAITING) {
        untold += 2 * connections
        sent = { ...sent, lost: sent.lost + 2 * connections }
        return
      }
      if (untold > 0) {
        stream.write(framed(encoded('GetFlowsResponse', { lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: untold } })))
        untold = 0
        sent = { ...sent, lostEvents: sent.lostEvents + 1 }
      }
      if (connections === 0) return
      stream.write(frames.take(connections, Date.now()))
      sent = { ...sent, connections: frames.connections, records: sent.records + 2 * connections }
    }, STEP_MS)
    stream.on('close', () => clearInterval(timer))
  }

  const server = createServer()
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    const path = headers[':path']
    const isKnown = path === '/observer.Observer/GetFlows' || path === '/observer.Observer/ServerStatus'
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isKnown ? '0' : '12' }))
    if (path === '/observer.Observer/GetFlows') follow(stream)
    else if (isKnown) stream.end(framed(encoded('ServerStatusResponse', { seen_flows: sent.records, version: '1.19.4' })))
    else stream.end()
  })
  process.on('message', (message) => {
    if (message === 'stop') isStopped = true
    process.send?.({ sent })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.send?.({ port: (server.address() as AddressInfo).port, edges: frames.edges })
}
