import { setTimeout as delay } from 'node:timers/promises'
import { type GrpcTestServer, type StreamHandler, startGrpcServer } from '@/server/flow-sources/grpc/testing/grpc-server'
import { encoded, OBSERVER_ROOT } from '@/server/flow-sources/hubble/testing/observer-proto'
import type { ForgedRecord } from './record'
import type { Way } from './way'

type Call = Parameters<StreamHandler>[0]

const POINTS: Readonly<Record<string, number>> = { TO_ENDPOINT: 0, TO_STACK: 3 }

/** A Hubble server that remembers everything, so that a client which comes back is told again what it missed. */
export class HubbleWay implements Way {
  readonly #sent: { readonly at: number; readonly message: Buffer }[] = []
  readonly #calls = new Set<Call>()
  #server: GrpcTestServer | null = null
  #written = 0
  port = 0

  async start(): Promise<number> {
    this.#server = await startGrpcServer({
      port: this.port,
      unary: {
        '/observer.Observer/ServerStatus': (_call, answer) =>
          answer(null, encoded('ServerStatusResponse', { version: '1.19.4', num_connected_nodes: { value: 3 } })),
        '/observer.Observer/GetNodes': (_call, answer) => answer(null, encoded('GetNodesResponse', { nodes: [] })),
      },
      streams: { '/observer.Observer/GetFlows': (call) => this.#follow(call) },
    })
    this.port = this.#server.port
    return this.port
  }

  async send(records: readonly ForgedRecord[]): Promise<void> {
    for (const { at, text } of records) this.#push(at, messageOf(text))
  }

  async lose(count: number): Promise<void> {
    const event = { lost_events: { source: 'OBSERVER_EVENTS_QUEUE', num_events_lost: count } }
    this.#push(Number.POSITIVE_INFINITY, encoded('GetFlowsResponse', event))
  }

  expected(): number {
    return this.#written
  }

  leave(): void {
    this.#server?.stop()
    this.#server = null
    this.#calls.clear()
  }

  async comeBack(): Promise<void> {
    await this.start()
    while (this.#calls.size === 0) await delay(5)
  }

  stop(): void {
    this.#server?.stop()
  }

  get isFollowed(): boolean {
    return this.#calls.size > 0
  }

  #follow(call: Call): void {
    const type = OBSERVER_ROOT.lookupType('GetFlowsRequest')
    const { since } = type.toObject(type.decode(call.request), { longs: Number }) as { since: { seconds: number; nanos?: number } }
    const from = since.seconds * 1_000 + (since.nanos ?? 0) / 1e6
    this.#calls.add(call)
    call.on('cancelled', () => this.#calls.delete(call))
    for (const { at, message } of this.#sent) if (at >= from) this.#write(call, message)
  }

  #push(at: number, message: Buffer): void {
    if (Number.isFinite(at)) this.#sent.push({ at, message })
    for (const call of this.#calls) this.#write(call, message)
  }

  #write(call: Call, message: Buffer): void {
    call.write(message)
    this.#written++
  }
}

/** The message that a line of `hubble observe -o json` is printed from. */
function messageOf(text: string): Buffer {
  const { flow } = JSON.parse(text) as { readonly flow: Readonly<Record<string, unknown>> }
  const { time, is_reply: isReply, trace_observation_point: point, ...rest } = flow
  const at = Date.parse(String(time))
  return encoded('GetFlowsResponse', {
    node_name: flow.node_name,
    flow: {
      ...rest,
      time: { seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1e6 },
      ...(typeof isReply === 'boolean' ? { is_reply: { value: isReply } } : {}),
      ...(typeof point === 'string' ? { trace_observation_point: POINTS[point] } : {}),
    },
  })
}
