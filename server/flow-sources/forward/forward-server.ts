import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { ByteBudget } from './byte-budget'
import type { ForwardAccess } from './forward-access'
import { type Delivery, ForwardConnection, type Receipt } from './forward-connection'
import { ForwardError } from './forward-error'
import type { ForwardLimits } from './forward-limits'
import { Greeting } from './greeting'
import { Heartbeats } from './heartbeats'
import type { SenderNotes } from './sender-notes'
import { describeTlsFault } from './tls-fault'

export type ForwardServerOptions = {
  readonly access: ForwardAccess
  readonly limits: ForwardLimits
  readonly notes: SenderNotes
  readonly deliver: (delivery: Delivery, connection: ForwardConnection) => Promise<Receipt | null>
  /** A frame was refused, or a connection broke in the middle of one. */
  readonly onFault: (fault: ForwardError) => void
  /** Something changed that people are told. */
  readonly onChange: () => void
  readonly now: () => number
}

const CHECK_MS = 1_000
const KEEP_ALIVE_MS = 60_000

/** Listens for senders, keeps their number and their patience within limits, and passes on what they deliver. */
export class ForwardServer {
  /** False when the UDP port could not be had. */
  answersHeartbeats = false
  readonly #options: ForwardServerOptions
  readonly #server: Server
  readonly #connections = new Set<ForwardConnection>()
  readonly #budget: ByteBudget
  /** Connections since the start. */
  #served = 0
  #access: ForwardAccess
  #heartbeats: Heartbeats | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: ForwardServerOptions) {
    this.#options = options
    this.#access = options.access
    this.#budget = new ByteBudget(options.limits.maxHeldBytes)
    this.#server = this.#createServer()
    this.#server.maxConnections = options.limits.maxConnections
    this.#server.on('drop', () => {
      options.notes.turnAway(options.limits.maxConnections, options.now())
      options.onChange()
    })
  }

  /** Bytes of frames that were received and not taken. */
  get heldBytes(): number {
    return this.#budget.total
  }

  /** Resolves to the port. Rejects with the error of the system when it cannot be had. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#server.on('error', () => this.#options.onChange())
    const address = this.#server.address()
    const taken = typeof address === 'object' && address !== null ? address.port : port
    this.#heartbeats = new Heartbeats(host)
    this.answersHeartbeats = await this.#heartbeats.open(host, taken)
    this.#timer = setInterval(() => this.#check(), Math.min(CHECK_MS, this.#options.limits.greetingMs / 2))
    return taken
  }

  /** Holds for senders that come from now on. TLS is not turned on or off this way. */
  renew(access: ForwardAccess): void {
    this.#access = access
    if (access.tls !== null && isTlsServer(this.#server)) this.#server.setSecureContext(access.tls)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#heartbeats?.close()
    this.#server.close()
    for (const connection of this.#connections) connection.close(null)
  }

  #createServer(): Server {
    const { tls } = this.#access
    // A sender may close its side and still wait for acknowledgements.
    const socketOptions = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }
    if (tls === null) return createServer(socketOptions, (socket) => void this.#serve(socket))

    const isMutual = tls.ca !== undefined
    const handshakeTimeout = this.#options.limits.greetingMs
    const server = createTlsServer({ ...socketOptions, ...tls, handshakeTimeout, requestCert: isMutual, rejectUnauthorized: isMutual })
    server.on('secureConnection', (socket) => void this.#serve(socket))
    server.on('tlsClientError', (error, socket) => {
      const message = describeTlsFault(error, socket)
      if (message !== null) this.#refuse(socket.remoteAddress ?? 'a sender', new ForwardError('refused', message))
    })
    return server
  }

  async #serve(socket: Socket): Promise<void> {
    const { limits, notes, deliver, onFault, onChange, now } = this.#options
    const { keys } = this.#access
    const greeting = keys === null ? null : new Greeting(keys, `sluice.${hostname()}`, randomBytes)
    const connection: ForwardConnection = new ForwardConnection({
      id: ++this.#served,
      socket,
      limits,
      greeting,
      budget: this.#budget,
      deliver: (delivery) => deliver(delivery, connection),
      now,
    })
    const { address } = connection
    this.#connections.add(connection)
    notes.connect(address)
    onChange()
    try {
      await connection.run()
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error
      if (error.fault !== 'refused') onFault(error)
      this.#refuse(address, error)
    } finally {
      this.#connections.delete(connection)
      notes.disconnect()
      onChange()
    }
  }

  #refuse(address: string, error: ForwardError): void {
    this.#options.notes.fault(address, error, this.#options.now())
    this.#options.onChange()
  }

  #check(): void {
    const now = this.#options.now()
    for (const connection of this.#connections) {
      const reason = connection.overdue(now)
      if (reason !== null) connection.close(reason)
    }
  }
}

function isTlsServer(server: Server): server is TlsServer {
  return 'setSecureContext' in server
}
