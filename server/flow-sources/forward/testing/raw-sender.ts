import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeMulti } from '@msgpack/msgpack'

/** A connection whose bytes the test writes itself. */
export class RawSender {
  readonly socket: Socket
  #received: Buffer = Buffer.alloc(0)
  isClosed = false

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' })
    this.socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  static async connect(port: number): Promise<RawSender> {
    const sender = new RawSender(port)
    await once(sender.socket, 'connect')
    return sender
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts))
  }

  /** Everything that the server answered. */
  get answers(): readonly unknown[] {
    return [...decodeMulti(this.#received)]
  }

  get answerText(): string {
    return this.#received.toString()
  }

  async stop(): Promise<void> {
    this.socket.destroy()
  }
}
