import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client'
import { maskUserinfo } from '@/lib/model/mask-userinfo'
import { StoreError } from '../store-error'
import { engineError } from './engine-error'
import { type InsertBatch, limitSettings, type QueryLimits, readRows, type SqlEngine, type SqlRow, type Statement } from './sql-engine'

/** Longer than any limit of a query, so that the server gives up first and says why. */
const REQUEST_MS = 90_000

export type ClickhouseOptions = {
  /** With user and password where there are any. */
  readonly url: string
  readonly database: string
}

/** A ClickHouse server over HTTP. */
export class ClickhouseEngine implements SqlEngine {
  readonly #client: ClickHouseClient
  readonly #database: string
  readonly #host: string

  constructor({ url, database }: ClickhouseOptions) {
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

  async query({ sql, parameters }: Statement, limits: QueryLimits, signal?: AbortSignal): Promise<readonly SqlRow[]> {
    const queryId = randomUUID()
    try {
      const result = await this.#client.query({
        query: sql,
        query_params: parameters,
        query_id: queryId,
        format: 'JSONCompactEachRow',
        // Conditions about ends are queries of their own, which every shard must ask of all.
        clickhouse_settings: {
          ...limitSettings(limits),
          cancel_http_readonly_queries_on_client_close: 1,
          distributed_product_mode: 'global',
        },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      })
      return readRows(await result.text())
    } catch (error) {
      throw this.#failureOf(error, signal)
    }
  }

  async command({ sql, parameters }: Statement): Promise<void> {
    try {
      await this.#client.command({ query: sql, query_params: parameters, clickhouse_settings: { wait_end_of_query: 1 } })
    } catch (error) {
      throw this.#failureOf(error)
    }
  }

  async insert({ table, columns, text, token }: InsertBatch): Promise<void> {
    try {
      // The text is sent as it is; `insert` of the client would want rows.
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${this.#database}.${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
        values: Readable.from([text], { objectMode: false }),
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
