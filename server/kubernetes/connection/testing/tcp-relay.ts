import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes bytes on to a port, until a test makes it keep them: then both ends believe that they are connected. */
export class TcpRelay {
  readonly #server
  readonly #sockets = new Set<Socket>()
  #isFrozen = false

  /** @param bytesPerTick bytes of an answer that pass every ten milliseconds; all when left out. */
  constructor(target: number, bytesPerTick = Number.POSITIVE_INFINITY) {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1')
      near.on('data', (bytes) => this.#isFrozen || far.write(bytes))
      if (bytesPerTick === Number.POSITIVE_INFINITY) far.on('data', (bytes) => this.#isFrozen || near.write(bytes))
      else trickle(far, near, bytesPerTick)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => undefined)
        one.on('close', () => this.#isFrozen || other.destroy())
      }
    })
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  /** Nothing passes on the connections there are, and nobody is told. */
  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    this.#isFrozen = false
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

function trickle(from: Socket, to: Socket, bytesPerTick: number): void {
  let held = Buffer.alloc(0)
  from.on('data', (bytes) => {
    held = Buffer.concat([held, bytes])
  })
  const timer = setInterval(() => {
    to.write(held.subarray(0, bytesPerTick))
    held = held.subarray(bytesPerTick)
  }, 10)
  to.on('close', () => clearInterval(timer))
}
