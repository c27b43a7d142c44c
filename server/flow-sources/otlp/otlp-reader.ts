import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FlowBatch } from '@/lib/flows/pipeline'
import type { Result } from '@/lib/model/problem'
import { BatchBuilder, HistoryStart } from '../batch-builder'
import type { BodyLimits } from '../body-limits'
import type { DecodedLine } from '../decoded-line'
import { ProtobufError } from '../grpc/protobuf-reader'
import { inflateBody } from '../inflate-body'
import { IngestError } from '../ingest-error'
import { type JsonObject, objectOf } from '../json-fields'
import { LineMemory } from '../lines/line-memory'
import type { TimeZone } from '../lines/time-zone'
import { EdgeCounter } from '../metrics/edge-counter'
import { OTLP_REQUESTS, type OtlpSignal } from './otlp-schema'
import { itemsOf } from './otlp-values'
import { readLogs } from './read-logs'
import { type MetricsMemory, readMetrics } from './read-metrics'
import { readProtobuf } from './read-protobuf'
import { MAX_SERIES, SeriesFollower } from './series-growth'

export type OtlpEncoding = 'protobuf' | 'json'
export type OtlpBody = {
  readonly signal: OtlpSignal
  readonly encoding: OtlpEncoding
  readonly body: AsyncIterable<Uint8Array>
  /** The Content-Encoding header; null when there is none. */
  readonly contentEncoding: string | null
}

export type OtlpResult = {
  /** In order, each small enough to be taken in one turn of the event loop. */
  readonly batches: readonly FlowBatch[]
  /** Records, points or spans that were not taken. */
  readonly rejected: number
  /** Why, of the first one; null when all were taken. */
  readonly reason: string | null
}

export type OtlpLimits = BodyLimits & {
  readonly maxRecords: number
  /** Bodies read at the same time. */
  readonly maxConcurrent: number
}

export const OTLP_LIMITS: OtlpLimits = {
  maxBytes: 8 * 1024 * 1024,
  maxInflatedBytes: 32 * 1024 * 1024,
  maxRatio: 100,
  maxRecords: 50_000,
  maxConcurrent: 4,
}

const RECORDS_PER_TURN = 500
const NO_SPANS = 'spans are not read here; send the metrics of a service graph connector instead'

/** Reads OTLP bodies into batches, a bounded number of them at a time, and follows counters and cut lines from body to body. */
export class OtlpReader {
  private readonly limits: OtlpLimits
  private readonly memory: MetricsMemory
  private readonly lineMemory: LineMemory
  private readonly historyStart = new HistoryStart()
  private reading = 0
  private requests = 0

  /**
   * @param startedAt milliseconds since the epoch
   * @param zone what the clocks of the machines show, for lines that do not say it; null for UTC
   */
  constructor(startedAt: number, limits: OtlpLimits = OTLP_LIMITS, zone: TimeZone | null = null) {
    this.limits = limits
    this.lineMemory = new LineMemory({ zone })
    this.memory = { follower: new SeriesFollower(startedAt), counter: new EdgeCounter() }
  }

  /** Series that are followed, and how many were forgotten for room: what those grow before they are seen again is not counted. */
  usage(): { readonly used: number; readonly limit: number; readonly forgotten: number } {
    const { size, forgotten } = this.memory.follower
    return { used: size, limit: MAX_SERIES, forgotten }
  }

  /** Reads one body. One that is refused as a whole is an answer, with nothing of it counted. */
  async read(input: OtlpBody, receivedAt: number): Promise<Result<OtlpResult, IngestError>> {
    if (this.reading >= this.limits.maxConcurrent) {
      return { ok: false, error: new IngestError('busy', `${this.reading} bodies are being read already`, { retryAfterSeconds: 1 }) }
    }
    this.reading++
    try {
      return { ok: true, value: await this.readWhole(input, receivedAt) }
    } catch (error) {
      if (error instanceof IngestError) return { ok: false, error }
      throw error
    } finally {
      this.reading--
    }
  }

  private async readWhole({ signal, encoding, body, contentEncoding }: OtlpBody, receivedAt: number): Promise<OtlpResult> {
    const chunks: Uint8Array[] = []
    for await (const chunk of inflateBody(body, contentEncoding ?? '', this.limits)) chunks.push(chunk)
    const request = parseRequest(Buffer.concat(chunks), signal, encoding)
    const records = countRecords(request, signal)
    // Before the first is taken: counters that were followed half a body would be wrong for the next one.
    if (records > this.limits.maxRecords) throw new IngestError('too-large', `over ${this.limits.maxRecords} records; send smaller batches`)

    const builder = new BatchBuilder(this.historyStart)
    const batches: FlowBatch[] = []
    let rejected = 0
    let reason: string | null = null
    let read = 0
    for (const line of this.linesOf(signal, request, receivedAt)) {
      builder.add(line)
      if (builder.size >= RECORDS_PER_TURN) batches.push(builder.take())
      const refusal = line.kind === 'rejected' ? line.reason : signal === 'traces' ? NO_SPANS : null
      if (refusal !== null) {
        rejected++
        reason ??= refusal
      }
      if (++read % RECORDS_PER_TURN === 0) await nextTurn()
    }
    if (builder.size > 0) batches.push(builder.take())
    return { batches, rejected, reason }
  }

  private linesOf(signal: OtlpSignal, request: JsonObject, receivedAt: number): Iterable<DecodedLine> {
    switch (signal) {
      case 'logs':
        return readLogs(request, receivedAt, this.lineMemory, ++this.requests)
      case 'metrics':
        return readMetrics(request, receivedAt, this.memory)
      case 'traces':
        return spansOf(request)
    }
  }
}

function parseRequest(bytes: Buffer, signal: OtlpSignal, encoding: OtlpEncoding): JsonObject {
  try {
    if (encoding === 'protobuf') return readProtobuf(bytes, OTLP_REQUESTS[signal])
    const request = objectOf(JSON.parse(bytes.toString('utf8')))
    if (request !== null) return request
  } catch (error) {
    if (!(error instanceof ProtobufError) && !(error instanceof SyntaxError)) throw error
    throw new IngestError('malformed', encoding === 'json' ? 'the body is not JSON' : `the body is not protobuf: ${error.message}`, {
      cause: error,
    })
  }
  throw new IngestError('malformed', 'the body is not a JSON object')
}

/** Records are counted before any is read, so that a body is taken as a whole or not at all. */
function countRecords(request: JsonObject, signal: OtlpSignal): number {
  let count = 0
  if (signal === 'metrics') {
    for (const resource of itemsOf(request, 'resourceMetrics')) {
      for (const scope of itemsOf(resource, 'scopeMetrics')) {
        for (const metric of itemsOf(scope, 'metrics'))
          for (const value of Object.values(metric)) count += itemsOf(value, 'dataPoints').length
      }
    }
    return count
  }
  const [resources, scopes, records] =
    signal === 'logs' ? ['resourceLogs', 'scopeLogs', 'logRecords'] : ['resourceSpans', 'scopeSpans', 'spans']
  for (const resource of itemsOf(request, resources ?? '')) {
    for (const scope of itemsOf(resource, scopes ?? '')) count += itemsOf(scope, records ?? '').length
  }
  return count
}

function* spansOf(request: JsonObject): Generator<DecodedLine> {
  for (const resource of itemsOf(request, 'resourceSpans')) {
    for (const scope of itemsOf(resource, 'scopeSpans'))
      for (const _ of itemsOf(scope, 'spans')) yield { kind: 'ignored', reason: 'trace-span' }
  }
}
