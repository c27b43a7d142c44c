import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { Result } from '@/lib/model/problem'
import { BatchBuilder, HistoryStart } from './batch-builder'
import type { BodyLimits } from './body-limits'
import type { BodyRecord } from './body-record'
import { bodyRecords } from './body-records'
import { decodeRecord } from './decode-line'
import type { DecodedLine } from './decoded-line'
import { inflateBody } from './inflate-body'
import { IngestError } from './ingest-error'
import { LineMemory } from './lines/line-memory'
import type { TimeZone } from './lines/time-zone'

export type IngestLimits = BodyLimits & {
  readonly maxLines: number
  readonly maxLineBytes: number
  /** Refused lines that the answer names; all are counted. */
  readonly maxRejected: number
  /** Bodies read at the same time. */
  readonly maxConcurrent: number
}

export const INGEST_LIMITS: IngestLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxInflatedBytes: 64 * 1024 * 1024,
  maxRatio: 100,
  maxLines: 50_000,
  maxLineBytes: 256 * 1024,
  maxRejected: 100,
  maxConcurrent: 4,
}

export type IngestBody = {
  readonly body: AsyncIterable<Uint8Array>
  /** The Content-Encoding header; null when there is none. */
  readonly encoding: string | null
  /** The Content-Type header; null or left out when there is none. The first byte says more, but for protobuf. */
  readonly contentType?: string | null
  /** null tells the formats apart record by record. */
  readonly format: LineFormatId | null
}

export type IngestResult = {
  /** In order, each small enough to be taken in one turn of the event loop. */
  readonly batches: readonly FlowBatch[]
  /** Records that are flows. */
  readonly accepted: number
  /** Records that are understood and are none. */
  readonly ignored: number
  /** The first refused records, by line (or position in the array) counted from 1. */
  readonly rejected: readonly { readonly line: number; readonly reason: string }[]
  /** All refused records. */
  readonly rejectedCount: number
}

/** Records decoded before other work gets its turn. */
const RECORDS_PER_TURN = 500

/** Reads posted bodies into batches, a bounded number of them at a time. */
export class IngestReader {
  private readonly limits: IngestLimits
  private readonly memory: LineMemory
  private readonly historyStart = new HistoryStart()
  private reading = 0
  private bodies = 0

  /** @param zone what the clocks of the machines show, for lines that do not say it; null for UTC. */
  constructor(limits: IngestLimits = INGEST_LIMITS, zone: TimeZone | null = null) {
    this.limits = limits
    this.memory = new LineMemory({ zone })
  }

  /**
   * Reads one body of any kind that log shippers send. A record that cannot be read costs only itself.
   *
   * @param receivedAt milliseconds since the epoch, for records without a time.
   * A body that is refused as a whole is an answer, with nothing of it counted: whoever asks may stand in another bundle,
   * where the class of a thrown error is another one.
   */
  async read(input: IngestBody, receivedAt: number): Promise<Result<IngestResult, IngestError>> {
    if (this.reading >= this.limits.maxConcurrent) {
      return { ok: false, error: new IngestError('busy', `${this.reading} bodies are being read already`, { retryAfterSeconds: 1 }) }
    }
    this.reading++
    try {
      return { ok: true, value: await this.readBody(input, receivedAt, `body ${++this.bodies}`) }
    } catch (error) {
      if (error instanceof IngestError) return { ok: false, error }
      throw error
    } finally {
      this.reading--
    }
  }

  private async readBody(input: IngestBody, receivedAt: number, sender: string): Promise<IngestResult> {
    const { limits, memory } = this
    const builder = new BatchBuilder(this.historyStart)
    const rejected: { line: number; reason: string }[] = []
    const batches: FlowBatch[] = []
    let rejectedCount = 0
    let accepted = 0
    let line = 0

    function take(record: BodyRecord): void {
      line++
      if (line > limits.maxLines) throw new IngestError('too-large', `over ${limits.maxLines} lines; send them in several bodies`)
      const decoded: DecodedLine =
        record.kind === 'fault'
          ? { kind: 'rejected', reason: record.reason }
          : decodeRecord(record.record, input.format, receivedAt, { ...record.context, memory, sender })
      builder.add(decoded)
      if (builder.size >= RECORDS_PER_TURN) batches.push(builder.take())
      if (decoded.kind === 'flow' || decoded.kind === 'flows') accepted++
      if (decoded.kind !== 'rejected') return
      rejectedCount++
      if (rejected.length < limits.maxRejected) rejected.push({ line, reason: decoded.reason })
    }

    const chunks = inflateBody(input.body, input.encoding ?? '', limits)
    for await (const record of bodyRecords(chunks, input.contentType ?? null, limits)) {
      take(record)
      if (line % RECORDS_PER_TURN === 0) await nextTurn()
    }
    if (builder.size > 0) batches.push(builder.take())
    return { batches, accepted, ignored: line - accepted - rejectedCount, rejected, rejectedCount }
  }
}
