import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { FilePosition } from '@/lib/flows/file-position'
import type { Clock } from './clock'

const FILE = 'read-positions.json'
const SAVE_MS = 5_000

const position = z.object({ device: z.number(), inode: z.number(), beginning: z.string(), length: z.number(), offset: z.number().min(0) })
const document = z.object({ version: z.literal(1), cluster: z.string(), sources: z.array(z.tuple([z.string(), z.array(position)])) })

/**
 * How far the files of the flow sources were read for a cluster, kept on this machine: what was read up to there is in the
 * store and is not read again by the next run.
 */
export class ReadPositions {
  readonly #path: string
  readonly #cluster: string
  readonly #clock: Clock
  /** Writes what was accepted; true once all of it is in the store. */
  readonly #flush: () => Promise<boolean>
  readonly #earlier: ReadonlyMap<string, readonly FilePosition[]>
  readonly #sources: Map<string, readonly FilePosition[]>
  #isChanged = false
  #isSaving = false
  #isOver = false
  #savedAt: number

  constructor(folder: string, cluster: string, clock: Clock, flush: () => Promise<boolean>) {
    this.#path = join(folder, FILE)
    this.#cluster = cluster
    this.#clock = clock
    this.#flush = flush
    this.#earlier = readPositions(this.#path, cluster)
    this.#sources = new Map(this.#earlier)
    this.#savedAt = clock.now()
  }

  /** What an earlier run read of a source. */
  of(source: string): readonly FilePosition[] {
    return this.#earlier.get(source) ?? []
  }

  /** Hears that everything up to these positions was accepted. */
  moved(source: string, positions: readonly FilePosition[]): void {
    this.#sources.set(source, positions)
    this.#isChanged = true
  }

  /** Called again and again. */
  tick(): void {
    if (this.#isChanged && !this.#isSaving && this.#clock.now() - this.#savedAt >= SAVE_MS) void this.#save()
  }

  /** Notes how far everything was read, once nothing more comes; without effect where the store does not have all of it. */
  async finish(isWritten: boolean): Promise<void> {
    this.#isOver = true
    if (isWritten) await this.#write(this.#text()).catch(() => undefined)
  }

  /** Notes the positions as they are now, once all that was read up to there is in the store; else it is tried again later. */
  async #save(): Promise<void> {
    this.#isSaving = true
    this.#isChanged = false
    this.#savedAt = this.#clock.now()
    const text = this.#text()
    try {
      if (!(await this.#flush())) this.#isChanged = true
      else if (!this.#isOver) await this.#write(text)
    } catch {
      // A disk that is full says so when flows are written; a file is read again rather than not at all.
      this.#isChanged = true
    } finally {
      this.#isSaving = false
    }
  }

  #text(): string {
    return `${JSON.stringify({ version: 1, cluster: this.#cluster, sources: [...this.#sources] })}\n`
  }

  async #write(text: string): Promise<void> {
    if (this.#sources.size === 0) return
    await mkdir(dirname(this.#path), { recursive: true })
    await writeFile(`${this.#path}.new`, text, { mode: 0o600 })
    await rename(`${this.#path}.new`, this.#path)
  }
}

function readPositions(path: string, cluster: string): ReadonlyMap<string, readonly FilePosition[]> {
  try {
    const read = document.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return new Map(read.success && read.data.cluster === cluster ? read.data.sources : [])
  } catch {
    return new Map()
  }
}
