import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'

const ALIVE = Buffer.from([0])

/** Answers the UDP heartbeats of old senders on the same port as the connections; one byte for one datagram. */
export class Heartbeats {
  answered = 0
  readonly #socket: Socket

  constructor(host: string) {
    this.#socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4')
    this.#socket.on('message', (_, { address, port }) => {
      this.answered++
      this.#socket.send(ALIVE, port, address, () => undefined)
    })
  }

  /** Resolves to false when the port is taken or the host has no such address: senders with other heartbeats do without. */
  open(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#socket.on('error', () => resolve(false))
      this.#socket.bind({ address: host, port, exclusive: true }, () => resolve(true))
    })
  }

  close(): void {
    try {
      this.#socket.close()
    } catch {
      // It was never open.
    }
  }
}
