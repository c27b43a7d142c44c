import { setTimeout as delay } from 'node:timers/promises'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { BatchBuilder } from '../batch-builder'
import type { FlowSource, ReportState } from '../flow-source'
import type { TimeZone } from '../lines/time-zone'
import { Deliveries } from './deliveries'
import { type ForwardFiles, readForwardAccess } from './forward-access'
import type { Delivery, ForwardConnection, Receipt } from './forward-connection'
import { ForwardError } from './forward-error'
import { FORWARD_LIMITS, type ForwardLimits } from './forward-limits'
import { ForwardServer } from './forward-server'
import { FrameReader } from './frame-reader'
import { SenderNotes } from './sender-notes'

export type ForwardSourceOptions = {
  readonly name: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** null tells the formats apart by tag or record by record. */
  readonly format: LineFormatId | null
  readonly files: ForwardFiles
  /** What the clocks of the machines show, for lines that do not say it; UTC where it is left out. */
  readonly zone?: TimeZone
  readonly limits?: ForwardLimits
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits between tries to listen. */
  readonly retryMs?: readonly number[]
  /** How often the files of keys and certificates are looked at. */
  readonly filesMs?: number
}

const RETRY_MS = [500, 1_000, 2_000, 5_000] as const
const FILES_MS = 5_000
/** Lines of one batch: about 10 ms of work. */
const BATCH_LINES = 1_000

/**
 * Listens for Fluentd, Fluent Bit and others that speak the Fluentd forward protocol.
 *
 * A frame is taken whole or not at all, and acknowledged when the pipeline has taken it: `batches` is asked for more. What was
 * not acknowledged is sent again by senders that ask for acknowledgements.
 */
export function createForwardSource(options: ForwardSourceOptions): FlowSource {
  return {
    name: options.name,
    kind: 'forward',
    proof: null,
    batches: (signal, report) => new Reception(options, report).batches(signal),
  }
}

class Reception {
  readonly #options: ForwardSourceOptions
  readonly #report: ReportState
  readonly #limits: ForwardLimits
  readonly #notes = new SenderNotes()
  readonly #deliveries = new Deliveries()
  readonly #builder = new BatchBuilder()
  readonly #reader: FrameReader
  /** What is wrong with the files, where old ones are still in use; null when nothing is. */
  #filesProblem: string | null = null
  #address = ''

  constructor(options: ForwardSourceOptions, report: ReportState) {
    this.#options = options
    this.#report = report
    this.#limits = options.limits ?? FORWARD_LIMITS
    this.#reader = new FrameReader({ format: options.format, zone: options.zone, limits: this.#limits, now: options.now })
  }

  async *batches(signal: AbortSignal): AsyncGenerator<FlowBatch> {
    const server = await this.#open(signal)
    if (server === null) return
    const stop = () => this.#deliveries.close()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        if (this.#builder.size > 0) yield this.#builder.take()
        // A batch that was taken says that all is well, which is not the whole story.
        this.#tell(server)
        const next = await this.#deliveries.next()
        if (next === null) continue
        let receipt: Receipt | null = null
        try {
          receipt = yield* this.#take(next.delivery, next.connection)
        } finally {
          next.settle(receipt)
        }
      }
    } finally {
      signal.removeEventListener('abort', stop)
      this.#deliveries.close()
      server.close()
    }
  }

  /** Yields what the delivery holds; the receipt is due when all of it was taken. */
  async *#take({ encoding, frames }: Delivery, connection: ForwardConnection): AsyncGenerator<FlowBatch, Receipt> {
    const chunks: string[] = []
    const repeatKeys: string[] = []
    let fault: ForwardError | null = null
    for (const frame of frames) {
      try {
        const { lines, chunk, repeatKey, software } = await this.#reader.read(frame, encoding, connection.id)
        if (chunk !== null) chunks.push(chunk)
        if (repeatKey !== null) repeatKeys.push(repeatKey)
        if (software !== null || connection.hostname !== null) this.#notes.name(describeSender(connection, software))
        for (const line of lines) {
          this.#builder.add(line)
          if (this.#builder.size >= BATCH_LINES) yield this.#builder.take()
        }
      } catch (error) {
        fault = error instanceof ForwardError ? error : new ForwardError('malformed', 'a frame made us fail unexpectedly', { cause: error })
        break
      }
    }
    if (this.#builder.size > 0) yield this.#builder.take()
    for (const key of repeatKeys) this.#reader.remember(key)
    return { chunks, fault }
  }

  /** Listens, however often it must be tried; null when the signal aborts first. */
  async #open(signal: AbortSignal): Promise<ForwardServer | null> {
    const { host, port, files, now, retryMs = RETRY_MS } = this.#options
    this.#address = `${host.includes(':') ? `[${host}]` : host}:${port}`
    for (let failures = 0; !signal.aborted; failures++) {
      const access = await readForwardAccess(files)
      if (access.ok) {
        const server: ForwardServer = new ForwardServer({
          access: access.value,
          limits: this.#limits,
          notes: this.#notes,
          deliver: (delivery, connection) => this.#deliveries.offer(delivery, connection),
          onFault: (fault) => {
            this.#builder.add({ kind: 'rejected', reason: `forward: ${fault.message}` })
            this.#deliveries.wake()
          },
          onChange: () => this.#tell(server),
          now,
        })
        try {
          this.#address = `${host.includes(':') ? `[${host}]` : host}:${await server.listen(host, port)}`
          void this.#watchFiles(server, access.value.version, signal)
          return server
        } catch (error) {
          server.close()
          this.#report('failed', this.#explain(error))
        }
      } else this.#report('failed', `${access.error}; nothing is received until this is mended`)
      await sleep(retryMs[Math.min(failures, retryMs.length - 1)] ?? 0, signal)
    }
    return null
  }

  async #watchFiles(server: ForwardServer, first: string, signal: AbortSignal): Promise<void> {
    let version = first
    while (!signal.aborted) {
      await sleep(this.#options.filesMs ?? FILES_MS, signal)
      const access = await readForwardAccess(this.#options.files)
      if (signal.aborted) return
      this.#filesProblem = access.ok ? null : `${access.error}; what was read before is still in use`
      if (access.ok && access.value.version !== version) {
        server.renew(access.value)
        version = access.value.version
      }
      this.#tell(server)
    }
  }

  #tell(server: ForwardServer): void {
    const facts = [
      { name: 'listens on', value: server.answersHeartbeats ? `${this.#address} (TCP, and UDP for heartbeats)` : `${this.#address} (TCP)` },
      ...this.#notes.facts(),
    ]
    const problem = this.#filesProblem ?? this.#notes.problem(this.#options.now())
    const { hasSenders } = this.#notes
    const waiting = hasSenders ? null : `listening on ${this.#address}; no sender has connected yet`
    this.#report(hasSenders ? 'live' : 'connecting', problem ?? waiting, facts)
  }

  #explain(error: unknown): string {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    if (code === 'EADDRINUSE') return `${this.#address} is in use by another program; trying again. Stop it, or give another port.`
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${this.#address} is no address of this machine; trying again`
    if (code === 'EACCES') return `${this.#address} may not be listened on by this user; give a port above 1023`
    return `${this.#address} cannot be listened on (${code}); trying again`
  }
}

function describeSender(connection: ForwardConnection, software: string | null): string {
  const name = connection.hostname === null ? connection.address : `${connection.hostname} (${connection.address})`
  return software === null ? name : `${name}, ${software}`
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch {
    // Aborted: the caller looks at the signal.
  }
}
