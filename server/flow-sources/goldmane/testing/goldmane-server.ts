import { Server, ServerCredentials, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js'
import type { Type } from 'protobufjs'
import { GOLDMANE_ROOT } from './goldmane-proto'

/** A row in protobuf's JSON form, as Goldmane prints it. */
export type RowJson = { readonly [field: string]: unknown }

/**
 * A Goldmane at the network's edge: grpc-js and protobufjs serve rows that a test gives, over its protocol. Rows that are
 * pushed go to every open stream, and into what `List` answers.
 */
export class GoldmaneServer {
  readonly rows: RowJson[] = []
  readonly requests: { readonly method: string; readonly since: number }[] = []
  /** Refuses streams, as a Goldmane with too many of them does. */
  refusesStreams = false
  readonly #streams = new Set<ServerWritableStream<Buffer, Buffer>>()
  #server: Server | null = null
  readonly #result: Type = GOLDMANE_ROOT.lookupType('goldmane.FlowResult')
  readonly #answer: Type = GOLDMANE_ROOT.lookupType('goldmane.FlowListResult')
  readonly #request: Type = GOLDMANE_ROOT.lookupType('goldmane.FlowListRequest')

  async start(port = 0): Promise<number> {
    const server = new Server()
    server.addService({ stream: method('/goldmane.Flows/Stream', true) }, { stream: this.#stream })
    server.addService({ list: method('/goldmane.Flows/List', false) }, { list: this.#list })
    this.#server = server
    return new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      )
    })
  }

  push(...rows: readonly RowJson[]): void {
    this.rows.push(...rows)
    for (const row of rows) for (const stream of this.#streams) stream.write(this.#encode(row))
  }

  get openStreams(): number {
    return this.#streams.size
  }

  /** Ends every stream with status OK. */
  endStreams(): void {
    for (const stream of this.#streams) stream.end()
  }

  stop(): void {
    this.#server?.forceShutdown()
    this.#streams.clear()
  }

  readonly #stream = (call: ServerWritableStream<Buffer, Buffer>): void => {
    this.#note('Stream', call.request)
    if (this.refusesStreams) {
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many streams' })
      return
    }
    this.#streams.add(call)
    call.on('cancelled', () => this.#streams.delete(call))
    call.on('finish', () => this.#streams.delete(call))
    for (const row of this.rows) call.write(this.#encode(row))
  }

  readonly #list = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
    const { page, pageSize } = this.#note('List', call.request)
    const rows = this.rows.slice(page * pageSize, (page + 1) * pageSize)
    const meta = { totalPages: Math.max(1, Math.ceil(this.rows.length / Math.max(1, pageSize))), totalResults: this.rows.length }
    answer(null, Buffer.from(this.#answer.encode(this.#answer.fromObject({ meta, flows: rows })).finish()))
  }

  #note(name: string, bytes: Buffer): { readonly page: number; readonly pageSize: number } {
    const decoded = this.#request.toObject(this.#request.decode(bytes), { longs: Number, defaults: true })
    this.requests.push({ method: name, since: decoded.start_time_gte })
    return { page: decoded.page, pageSize: decoded.page_size }
  }

  #encode(row: RowJson): Buffer {
    return Buffer.from(this.#result.encode(this.#result.fromObject(row)).finish())
  }
}

function method(path: string, responseStream: boolean) {
  const same = (bytes: Buffer) => bytes
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  } as const
}
