import { createServer, connect as dial, type Server, type Socket } from 'node:net'

type Pair = { readonly near: Socket; readonly far: Socket }

/**
 * The network between a client and a server on this machine, and what can happen to it. It sees bytes only, so it stands
 * before any server, also one that speaks TLS.
 */
export class Line {
  /** Where clients connect to; stays the same for the whole life of the line. */
  port = 0
  /** Connections that were ever taken. */
  connections = 0
  readonly #serverPort: number
  readonly #pairs = new Set<Pair>()
  #server: Server | null = null
  #isFrozen = false

  private constructor(serverPort: number) {
    this.#serverPort = serverPort
  }

  static async to(serverPort: number): Promise<Line> {
    const line = new Line(serverPort)
    await line.accept()
    return line
  }

  /** Every connection, or the one that the server knows by this port, ends with a reset. New ones work. */
  cut(remotePort?: number): void {
    for (const { near, far } of this.#pairs) {
      if (remotePort !== undefined && far.localPort !== remotePort) continue
      near.resetAndDestroy()
      far.destroy()
    }
  }

  /** A black hole: connections stay open, new ones too, and nothing passes until `thaw`, which lets everything pass that waited. */
  freeze(): void {
    this.#isFrozen = true
    for (const { near, far } of this.#pairs) {
      near.pause()
      far.pause()
    }
  }

  thaw(): void {
    this.#isFrozen = false
    for (const { near, far } of this.#pairs) {
      near.resume()
      far.resume()
    }
  }

  /** Half-open: the connections there are look open for ever and pass nothing; new ones work. */
  abandon(): void {
    for (const pair of this.#pairs) {
      pair.near.removeAllListeners('data').resume()
      pair.far.removeAllListeners('data').resume()
      this.#pairs.delete(pair)
      pair.near.once('close', () => pair.far.destroy())
    }
  }

  /** Nobody listens: connections end with a reset and new ones are refused, until `accept`. */
  async refuse(): Promise<void> {
    const server = this.#server
    this.#server = null
    const closed = server === null ? Promise.resolve() : new Promise<void>((resolve) => server.close(() => resolve()))
    this.cut()
    await closed
  }

  async accept(): Promise<void> {
    if (this.#server !== null) return
    const server = createServer({ noDelay: true }, (near) => this.#take(near))
    this.#server = server
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', () => resolve()))
    const address = server.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  #take(near: Socket): void {
    this.connections += 1
    const far = dial({ port: this.#serverPort, host: '127.0.0.1', noDelay: true })
    const pair = { near, far }
    this.#pairs.add(pair)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('data', (bytes) => other.write(bytes))
      one.on('end', () => this.#pairs.has(pair) && other.end())
      one.on('error', () => undefined)
      one.on('close', () => {
        if (this.#pairs.delete(pair)) other.destroy()
      })
    }
    if (this.#isFrozen) {
      near.pause()
      far.pause()
    }
  }
}
