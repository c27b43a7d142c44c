import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client'
import { maskUserinfo } from '@/lib/model/mask-userinfo'
import { StoreError } from '../store-error'
import { engineError } from './engine-error'
import {
  type AnswerForm,
  AskedEngine,
  type InsertBatch,
  limitSettings,
  type QueryLimits,
  type SqlEngine,
  type Statement,
} from './sql-engine'

/** Longer than any limit of a query, so that the server gives up first and says why. */
const REQUEST_MS = 90_000

export type ClickhouseOptions = {
  /** With user and password where there are any. */
  readonly url: string
  readonly database: string
}

/** A ClickHouse server over HTTP. */
export class ClickhouseEngine extends AskedEngine implements SqlEngine {
  readonly #client: ClickHouseClient
  readonly #database: string
  readonly #host: string

  constructor({ url, database }: ClickhouseOptions) {
    super()
    this.#database = database
    this.#host = new URL(url).host
    this.#client = createClient({
      url,
      application: 'sluice',
      request_timeout: REQUEST_MS,
      compression: { request: true, response: true },
      // Long lists of ids do not fit a URL.
      use_multipart_params_auto: true,
      // Its own messages would go to standard output.
      log: { level: 127 },
    })
  }

  /** By `exec`, because `query` of the client does not know every format. */
  protected async readAnswer<Answer>(
    { sql, parameters }: Statement,
    { format, read }: AnswerForm<Answer>,
    limits: QueryLimits,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    try {
      const { stream } = await this.#client.exec({
        query: `${sql} FORMAT ${format}`,
        query_params: parameters,
        query_id: randomUUID(),
        // Conditions about ends are queries of their own, which every shard must ask of all.
        clickhouse_settings: {
          ...limitSettings(limits),
          cancel_http_readonly_queries_on_client_close: 1,
          distributed_product_mode: 'global',
        },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      })
      return read(await text(stream))
    } catch (error) {
      throw this.#failureOf(error, signal)
    }
  }

  async command({ sql, parameters }: Statement): Promise<void> {
    try {
      await this.#client.command({
        query: sql,
        query_params: parameters,
        clickhouse_settings: { wait_end_of_query: 1, distributed_foreground_insert: 1 },
      })
    } catch (error) {
      throw this.#failureOf(error)
    }
  }

  async insert({ table, columns, text: lines, token }: InsertBatch): Promise<void> {
    try {
      // The text is sent as it is; `insert` of the client would want rows.
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${this.#database}.${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
        values: Readable.from([lines], { objectMode: false }),
        // Behind a Distributed table the answer waits until the shards have it.
        clickhouse_settings: { insert_deduplication_token: token, distributed_foreground_insert: 1, wait_end_of_query: 1 },
      })
      await finished(stream.resume())
    } catch (error) {
      throw this.#failureOf(error)
    }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  #failureOf(error: unknown, signal?: AbortSignal): StoreError {
    if (signal?.aborted === true) return new StoreError('cancelled', 'the query was cancelled')
    if (error instanceof ClickHouseError) return engineError(Number(error.code), error.message)
    const reason = error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : String(error)
    return new StoreError('unavailable', `ClickHouse at ${this.#host} does not answer: ${maskUserinfo(reason)}`, { cause: error })
  }
}
