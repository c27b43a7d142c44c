/** Values that a statement names as `{name:Type}`; they never become part of its text. */
export type SqlParameters = Readonly<Record<string, string | number | readonly string[] | readonly number[]>>

/** A statement with its values, as the builders of `sql/` make it. It has no `SETTINGS` at its end. */
export type Statement = { readonly sql: string; readonly parameters: SqlParameters }

/** One row, its values in the order of the selected columns. 64-bit integers are text. */
export type SqlRow = readonly unknown[]

/** One column of an answer: a value for each row. 64-bit integers are text. */
export type SqlColumn = readonly unknown[]

export type InsertBatch = {
  /** Table without its database. */
  readonly table: string
  readonly columns: readonly string[]
  /** One JSON array per line, as `JSONCompactEachRow` reads it. */
  readonly text: Buffer
  /** Equal for every attempt to write the same batch: the engine takes it once. */
  readonly token: string
}

/** What one query may cost. */
export type QueryLimits = {
  readonly seconds: number
  readonly memoryBytes: number
  readonly threads: number
  /** More rows in the answer are an error. */
  readonly rows: number
}

/** What speaks the SQL of the store. Every call rejects with a `StoreError`. */
export interface SqlEngine {
  /** Runs a statement that answers with rows. It ends early when `signal` aborts. */
  query(statement: Statement, limits: QueryLimits, signal?: AbortSignal): Promise<readonly SqlRow[]>
  /** The same by columns, none where there are no rows: half as much work where there are many. */
  columns(statement: Statement, limits: QueryLimits, signal?: AbortSignal): Promise<readonly SqlColumn[]>
  /** Runs a statement that answers with nothing. */
  command(statement: Statement): Promise<void>
  /** Resolves when the engine has taken the rows; after that a kill of its process does not lose them. */
  insert(batch: InsertBatch): Promise<void>
  /** Waits for what is under way, then ends. */
  close(): Promise<void>
}

/** The limits as the engine reads them. */
export function limitSettings({ seconds, memoryBytes, threads, rows }: QueryLimits): Readonly<Record<string, number>> {
  return {
    max_execution_time: seconds,
    max_memory_usage: memoryBytes,
    max_threads: threads,
    max_result_rows: rows,
    // `FINAL` need not look for versions of a row in other partitions: what tables are divided by never changes in a row.
    do_not_merge_across_partitions_select_final: 1,
    output_format_json_quote_64bit_integers: 1,
  }
}

/** One JSON array per row, or one of all columns. */
export type AnswerFormat = 'JSONCompactEachRow' | 'JSONCompactColumns'

/** How an answer is written, and read again. */
export type AnswerForm<Answer> = { readonly format: AnswerFormat; readonly read: (text: string) => Answer }

/** What engines have in common: both kinds of questions are one, answered in two forms. */
export abstract class AskedEngine {
  query(statement: Statement, limits: QueryLimits, signal?: AbortSignal): Promise<readonly SqlRow[]> {
    return this.readAnswer(statement, { format: 'JSONCompactEachRow', read: readRows }, limits, signal)
  }

  columns(statement: Statement, limits: QueryLimits, signal?: AbortSignal): Promise<readonly SqlColumn[]> {
    return this.readAnswer(statement, { format: 'JSONCompactColumns', read: readColumns }, limits, signal)
  }

  protected abstract readAnswer<Answer>(
    statement: Statement,
    form: AnswerForm<Answer>,
    limits: QueryLimits,
    signal: AbortSignal | undefined,
  ): Promise<Answer>
}

/** Rows from the engine's answer: one JSON array per line. */
function readRows(text: string): readonly SqlRow[] {
  if (text === '') return []
  const rows: unknown = JSON.parse(`[${text.trimEnd().split('\n').join(',')}]`)
  if (!Array.isArray(rows)) throw new TypeError('the store did not answer with rows')
  return rows
}

/** Columns from the engine's answer: a JSON array of arrays. */
function readColumns(text: string): readonly SqlColumn[] {
  const columns: unknown = text === '' ? [] : JSON.parse(text)
  if (!Array.isArray(columns) || !columns.every(Array.isArray)) throw new TypeError('the store did not answer with columns')
  return columns
}
