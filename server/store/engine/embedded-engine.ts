import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { StoreError } from '../store-error'
import { engineError } from './engine-error'
import type { EngineAnswer, EngineRequest } from './engine-messages'
import {
  type AnswerForm,
  AskedEngine,
  type InsertBatch,
  limitSettings,
  type QueryLimits,
  type SqlEngine,
  type Statement,
} from './sql-engine'
import { Turns } from './turns'

export type EmbeddedOptions = {
  /** Absolute path; made when it is missing. */
  readonly folder: string
  /** Path of the program of the store process. */
  readonly program: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How long an answer may take before the process is taken for stuck. */
  readonly patienceMs?: number
}

/** The program of the store process. Pages and routes are bundled, so it is found from the package's folder. */
export function engineProgram(packageFolder: string): string {
  return join(packageFolder, 'server', 'store', 'engine', 'engine-process.mjs')
}

const BACKOFF_MS = { first: 200, most: 30_000 }
/** A process that lived this long did not fail because it was started. */
const HEALTHY_MS = 60_000
/** How long a store process that stops may take. */
const CLOSE_MS = 10_000

type Unnumbered<Request> = Request extends unknown ? Omit<Request, 'id'> : never
/** Longer than any question may take, and than the engine needs to tidy up. */
const PATIENCE_MS = 300_000
/** Questions that wait for their turn: the engine answers one at a time. */
const MOST_WAITING = 100

type Waiting = {
  readonly resolve: (data: Uint8Array | null) => void
  readonly reject: (error: StoreError) => void
  readonly timer: NodeJS.Timeout
}

/** chDB in a process of its own, started when it is first needed and again, with growing pauses, when it ended. */
export class EmbeddedEngine extends AskedEngine implements SqlEngine {
  readonly #options: EmbeddedOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #turns = new Turns(MOST_WAITING)
  #child: ChildProcess | null = null
  #opened: Promise<void> | null = null
  #nextId = 1
  #startedAt = 0
  #failures = 0
  #notBefore = 0
  #lastEnd = ''
  #isClosed = false
  /** A reason that no new attempt changes. */
  #fatal: StoreError | null = null
  /** Times the process was started again after it ended by itself. */
  restarts = 0

  constructor(options: EmbeddedOptions) {
    super()
    this.#options = options
  }

  /** Process id of the store process; null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  protected async readAnswer<Answer>(
    { sql, parameters }: Statement,
    { format, read }: AnswerForm<Answer>,
    limits: QueryLimits,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const leave = await this.#turns.take(signal)
    try {
      await this.#open()
      const { id, answer } = this.#ask({ kind: 'query', sql, parameters, settings: limitSettings(limits), format })
      const cancel = () => void this.#ask({ kind: 'cancel', target: id }).answer.catch(() => undefined)
      if (signal?.aborted) cancel()
      signal?.addEventListener('abort', cancel, { once: true })
      const data = await answer.finally(() => signal?.removeEventListener('abort', cancel))
      return read(data === null ? '' : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString())
    } finally {
      leave()
    }
  }

  async command({ sql, parameters }: Statement): Promise<void> {
    await this.#open()
    await this.#ask({ kind: 'command', sql, parameters }).answer
  }

  async insert({ table, columns, text, token }: InsertBatch): Promise<void> {
    await this.#open()
    await this.#ask({ kind: 'insert', table: `sluice.${table}`, columns, token, data: text }).answer
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const child = this.#child
    if (child === null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
    void this.#ask({ kind: 'close' }).answer.catch(() => undefined)
    await ended
    clearTimeout(timer)
  }

  #open(): Promise<void> {
    if (this.#fatal !== null) return Promise.reject(this.#fatal)
    if (this.#isClosed) return Promise.reject(new StoreError('unavailable', 'the store is closed'))
    if (this.#opened !== null) return this.#opened
    const waitMs = this.#notBefore - this.#options.now()
    if (waitMs > 0) {
      return Promise.reject(
        new StoreError('unavailable', `the store process ended (${this.#lastEnd}); it starts again in ${Math.ceil(waitMs / 1000)} s`),
      )
    }
    this.#opened = this.#start()
    return this.#opened
  }

  async #start(): Promise<void> {
    if (this.#startedAt > 0) this.restarts++
    this.#startedAt = this.#options.now()
    // Not `fork`, whose program a bundler would look for; and no inherited options such as those of a debugger.
    const child = spawn(process.execPath, [this.#options.program], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#child = child
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2_000)
    })
    child.on('message', (message) => this.#settle(message as EngineAnswer))
    child.on('error', () => this.#ended(child, 'it could not be started'))
    child.on('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`, complaint))
    try {
      await this.#ask({ kind: 'open', folder: this.#options.folder }).answer
    } catch (error) {
      if (error instanceof StoreError && error.failure === 'unsupported') this.#fatal = error
      this.#later()
      child.kill('SIGKILL')
      throw error
    }
  }

  #ask(request: Unnumbered<EngineRequest>): { readonly id: number; readonly answer: Promise<Uint8Array | null> } {
    const id = this.#nextId++
    const child = this.#child
    const answer = new Promise<Uint8Array | null>((resolve, reject) => {
      if (child === null || !child.connected) {
        reject(new StoreError('unavailable', 'the store process is not running'))
        return
      }
      const timer = setTimeout(() => this.#giveUp(child), this.#options.patienceMs ?? PATIENCE_MS).unref()
      this.#waiting.set(id, { resolve, reject, timer })
      child.send({ ...request, id }, (error) => {
        if (error !== null) this.#settle({ id, ok: false, code: 0, reason: 'unavailable', message: 'the store process does not listen' })
      })
    })
    return { id, answer }
  }

  #settle(answer: EngineAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    if (waiting === undefined) return
    this.#waiting.delete(answer.id)
    clearTimeout(waiting.timer)
    if (answer.ok) waiting.resolve(answer.data)
    else waiting.reject(this.#failureOf(answer))
  }

  #failureOf({ code, reason, message }: Extract<EngineAnswer, { ok: false }>): StoreError {
    const { folder } = this.#options
    switch (reason) {
      case 'in-use':
        return new StoreError('in-use', `${folder} is used by process ${message}; stop it, or give this one another --store embedded:DIR`)
      case 'unsupported':
        return new StoreError('unsupported', `the embedded store does not run here: ${message}`)
      case 'EACCES':
      case 'EROFS':
      case 'ENOTDIR':
        return new StoreError('failed', `${folder} cannot be used: ${message}`)
      case 'closed':
      case 'unavailable':
        return new StoreError('unavailable', message)
      default:
        return engineError(code, message)
    }
  }

  /** Ends a process that is there and does nothing: what waits for it goes to the next one. */
  #giveUp(child: ChildProcess): void {
    this.#ended(child, 'it did not answer any more')
    child.kill('SIGKILL')
  }

  #ended(child: ChildProcess, how: string, complaint = ''): void {
    if (this.#child !== child) return
    this.#child = null
    this.#opened = null
    this.#lastEnd = how
    const isHealthy = this.#options.now() - this.#startedAt > HEALTHY_MS
    if (isHealthy) this.#failures = 0
    this.#later()
    const detail = complaint.trim().split('\n').at(-1) ?? ''
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(new StoreError('unavailable', `the store process ended (${how})${detail === '' ? '' : `: ${detail.slice(0, 200)}`}`))
    }
    this.#waiting.clear()
  }

  /** No new attempt before a pause, which grows with every failure. */
  #later(): void {
    const now = this.#options.now()
    if (now < this.#notBefore) return
    this.#notBefore = now + Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.#failures)
    this.#failures++
  }
}
