import type { SourceFact } from '@/lib/flows/source-about'
import type { ReportState } from '../flow-source'
import type { GrpcConnection } from '../grpc/grpc-connection'
import { GrpcError } from '../grpc/grpc-error'
import { ProtobufError } from '../grpc/protobuf-reader'
import { nodeName } from './hubble-record'
import { NodeTable } from './node-table'
import { type HubbleNode, type NodeStatus, readNodes, readServerStatus, type ServerStatus } from './observer-messages'
import { UnheardNodes } from './unheard-nodes'

export type WatchTimes = {
  /** Between two looks at the state of the server and its nodes. */
  readonly pollMs: number
  /** Without a message for this long the server is asked whether it is there, which it has to answer within `answerMs`. */
  readonly idleMs: number
  readonly answerMs: number
}

type WatchOptions = Partial<WatchTimes> & {
  readonly connection: GrpcConnection
  readonly now: () => number
  readonly report: ReportState
  readonly signal: AbortSignal
  /** True when every flow is asked for, so that a node without any is one that sends none. */
  readonly expectsAll: boolean
  /** Something else that people must know; null when there is nothing. */
  readonly note: () => string | null
}

const TIMES: WatchTimes = { pollMs: 30_000, idleMs: 5_000, answerMs: 5_000 }
/** A relay asks all its nodes before it answers. */
const STATUS_DEADLINE_MS = 10_000

const NOTHING = new Uint8Array()

/**
 * Keeps an eye on a running stream: asks the server how it and its nodes are, finds connections that are dead without
 * saying so, and reports all of it. No HTTP/2 pings, which gRPC servers punish, but small calls.
 */
export class HubbleWatch {
  readonly nodes = new NodeTable()
  /** Why the connection was given up; null while it was not. */
  failure: GrpcError | null = null
  /** True when the stream must begin anew, because a node counts flows and sends none. */
  mustBeginAnew = false
  readonly #options: WatchOptions
  readonly #times: WatchTimes
  readonly #end = new AbortController()
  readonly #unheard = new UnheardNodes()
  #heardAt = 0
  #polledAt = Number.NEGATIVE_INFINITY
  #isProbing = false
  #isPolling = false
  #isLive = false
  #hasFlows = false
  #status: ServerStatus | null = null
  #statusProblem: string | null = null
  #timer: NodeJS.Timeout | null = null
  readonly #stop = () => this.#end.abort()

  constructor(options: WatchOptions) {
    this.#options = options
    const { pollMs = TIMES.pollMs, idleMs = TIMES.idleMs, answerMs = TIMES.answerMs } = options
    this.#times = { pollMs, idleMs, answerMs }
  }

  /** Aborts when the stream must end. */
  get ended(): AbortSignal {
    return this.#end.signal
  }

  start(): void {
    this.#heardAt = this.#options.now()
    this.#options.signal.addEventListener('abort', this.#stop, { once: true })
    this.#timer = setInterval(() => this.#tick(), Math.min(1_000, this.#times.idleMs / 2))
    this.#tick()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#options.signal.removeEventListener('abort', this.#stop)
    this.#end.abort()
  }

  heard(at: number): void {
    this.#heardAt = at
    if (!this.#isLive) this.#becomeLive()
  }

  /** A flow came; `node` as it says itself. */
  flow(node: string | null): void {
    this.#hasFlows = true
    if (node === null) return
    this.#unheard.heard(node)
    if (!this.nodes.hasMissing) return
    this.nodes.heardFrom(node)
    if (!this.nodes.hasMissing) this.repeatReport()
  }

  status(status: NodeStatus): void {
    this.nodes.tell(status)
    this.repeatReport()
  }

  /** Says again how it is: whoever takes a batch forgets what was said before. */
  repeatReport(): void {
    if (!this.#isLive) return
    const problem = [this.nodes.problem(), this.#statusProblem, this.#options.note()].filter((each) => each !== null).join('; ')
    this.#options.report('live', problem === '' ? null : problem, this.#facts())
  }

  #becomeLive(): void {
    this.#isLive = true
    this.repeatReport()
  }

  #facts(): readonly SourceFact[] {
    const facts: SourceFact[] = []
    if (this.#status?.version != null) facts.push({ name: 'server', value: this.#status.version })
    facts.push(...this.nodes.facts())
    return facts
  }

  #tick(): void {
    const at = this.#options.now()
    if (at - this.#polledAt >= this.#times.pollMs && !this.#isPolling) {
      this.#polledAt = at
      void this.#poll()
    }
    if (at - this.#heardAt >= this.#times.idleMs && !this.#isProbing) void this.#probe()
  }

  /** A server answers this by itself, without asking its nodes; an answer that says "unknown service" is one as well. */
  async #probe(): Promise<void> {
    this.#isProbing = true
    const fault = await this.#call('/grpc.health.v1.Health/Check', this.#times.answerMs).then(
      () => null,
      (error: unknown) => error,
    )
    this.#isProbing = false
    const isAnswer = fault === null || (fault instanceof GrpcError && fault.fault === 'status')
    if (isAnswer) this.#heardAt = this.#options.now()
    else if (!this.#end.signal.aborted) {
      const { address } = this.#options.connection
      this.failure = new GrpcError('lost', `the connection to ${address} is dead: nothing came and no question was answered`, {
        cause: fault,
      })
      this.#end.abort()
    }
  }

  async #poll(): Promise<void> {
    this.#isPolling = true
    try {
      this.#status = readServerStatus(await this.#call('/observer.Observer/ServerStatus', STATUS_DEADLINE_MS))
      this.#statusProblem = null
      this.heard(this.#options.now())
      // Only a relay has nodes; the server of one node answers UNIMPLEMENTED.
      const nodes = await this.#call('/observer.Observer/GetNodes', STATUS_DEADLINE_MS).catch((error: unknown) => {
        if (error instanceof GrpcError && error.fault === 'status') return null
        throw error
      })
      if (nodes !== null) this.#takeNodes(readNodes(nodes))
      else if (!this.#hasFlows) this.#lookForStuck([{ name: '', seen: this.#status.seen }])
    } catch (error) {
      if (error instanceof GrpcError && error.fault === 'deadline') {
        this.#statusProblem = 'the server does not say how its nodes are; one of them may hang'
      } else if (error instanceof ProtobufError) this.#statusProblem = 'what the server says of its nodes cannot be read'
      // Anything else ends the stream as well, which tells.
    } finally {
      this.#isPolling = false
    }
    this.repeatReport()
  }

  #takeNodes(nodes: readonly HubbleNode[]): void {
    this.nodes.list(nodes)
    this.#lookForStuck(nodes.map(({ name, seen }) => ({ name: nodeName(name) ?? name, seen })))
  }

  #lookForStuck(nodes: readonly { readonly name: string; readonly seen: number }[]): void {
    if (!this.#options.expectsAll || !this.#unheard.isStuck(nodes)) return
    this.mustBeginAnew = true
    this.#end.abort()
  }

  #call(method: string, deadlineMs: number): Promise<Uint8Array> {
    return this.#options.connection.unary(method, NOTHING, { deadlineMs, signal: this.#end.signal })
  }
}
