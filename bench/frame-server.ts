import { createServer, type Socket } from 'node:net'
import { framed } from '@/server/flow-sources/grpc/message-splitter'

const HEADERS = 1
const RST_STREAM = 3
const SETTINGS = 4
const PING = 6
const WINDOW_UPDATE = 8
const DATA = 0
const ACK = 1
const END_STREAM = 1
const END_HEADERS = 4
const INITIAL_WINDOW_SIZE = 4
const FRAME_HEAD = 9
const PREFACE_BYTES = 24
const EMPTY_REQUEST = 5
const NOTHING = Buffer.alloc(0)
/** `:status: 200` from the static table, then literal `content-type: application/grpc` and `grpc-status: 0`. */
const ANSWERED = Buffer.concat([Buffer.from([0x88]), literal('content-type', 'application/grpc')])
const ENDED = literal('grpc-status', '0')
/** Bytes that are written at once. */
const CHUNK = 256 * 1024

/**
 * A gRPC server that costs next to nothing: it answers a request that is not empty with messages until its reader goes, each in a
 * DATA frame of its own, as servers in Go send them, and an empty one with one empty message. It respects flow control and
 * reads no header.
 *
 * @returns the port
 */
export async function serveFrames(nextMessage: () => Buffer): Promise<number> {
  const server = createServer((socket) => new Client(socket, nextMessage))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

class Client {
  readonly #socket: Socket
  readonly #nextMessage: () => Buffer
  #received: Buffer = NOTHING
  #hasPreface = false
  #initialWindow = 65_535
  #window = 65_535
  /** The stream that gets messages, how many bytes its reader takes, and the message that it did not take. */
  #flows: { readonly stream: number; window: number; waiting: Buffer | null } | null = null

  constructor(socket: Socket, nextMessage: () => Buffer) {
    this.#socket = socket
    this.#nextMessage = nextMessage
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('drain', () => this.#send())
    socket.on('data', (chunk) => this.#take(chunk))
    socket.write(frame(SETTINGS, 0, 0, NOTHING))
  }

  #take(chunk: Buffer): void {
    let bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    if (!this.#hasPreface) {
      if (bytes.length < PREFACE_BYTES) {
        this.#received = bytes
        return
      }
      bytes = bytes.subarray(PREFACE_BYTES)
      this.#hasPreface = true
    }
    while (bytes.length >= FRAME_HEAD) {
      const end = FRAME_HEAD + bytes.readUIntBE(0, 3)
      if (bytes.length < end) break
      this.#frame(bytes.readUInt8(3), bytes.readUInt8(4), bytes.readUInt32BE(5), bytes.subarray(FRAME_HEAD, end))
      bytes = bytes.subarray(end)
    }
    this.#received = bytes
    this.#send()
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === SETTINGS && (flags & ACK) === 0) {
      for (let at = 0; at + 6 <= payload.length; at += 6) {
        if (payload.readUInt16BE(at) === INITIAL_WINDOW_SIZE) this.#initialWindow = payload.readUInt32BE(at + 2)
      }
      this.#socket.write(frame(SETTINGS, ACK, 0, NOTHING))
    } else if (type === PING && (flags & ACK) === 0) this.#socket.write(frame(PING, ACK, 0, payload))
    else if (type === WINDOW_UPDATE) {
      if (stream === 0) this.#window += payload.readUInt32BE(0)
      else if (stream === this.#flows?.stream) this.#flows.window += payload.readUInt32BE(0)
    } else if (type === RST_STREAM && stream === this.#flows?.stream) this.#flows = null
    else if (type === DATA && payload.length > 0) this.#answer(stream, payload.length > EMPTY_REQUEST)
  }

  #answer(stream: number, wantsFlows: boolean): void {
    this.#socket.write(frame(HEADERS, END_HEADERS, stream, ANSWERED))
    if (wantsFlows) this.#flows = { stream, window: this.#initialWindow, waiting: null }
    else
      this.#socket.write(Buffer.concat([frame(DATA, 0, stream, Buffer.alloc(5)), frame(HEADERS, END_HEADERS | END_STREAM, stream, ENDED)]))
  }

  #send(): void {
    const flows = this.#flows
    while (flows !== null && !this.#socket.writableNeedDrain) {
      const frames: Buffer[] = []
      let size = 0
      while (size < CHUNK) {
        flows.waiting ??= framed(this.#nextMessage())
        const { length } = flows.waiting
        if (length > flows.window || length > this.#window) break
        flows.window -= length
        this.#window -= length
        size += length
        frames.push(frame(DATA, 0, flows.stream, flows.waiting))
        flows.waiting = null
      }
      if (frames.length === 0) return
      this.#socket.write(Buffer.concat(frames))
    }
  }
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes.writeUInt8(type, 3)
  bytes.writeUInt8(flags, 4)
  bytes.writeUInt32BE(stream, 5)
  bytes.set(payload, FRAME_HEAD)
  return bytes
}

/** A header field that is in no table. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)])
}
