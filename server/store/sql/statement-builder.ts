import type { SqlParameters, Statement } from '../engine/sql-engine'

/** Collects the values of a statement; its text names them and never holds them. */
export class StatementBuilder {
  readonly #values: Record<string, SqlParameters[string]> = {}
  #count = 0

  text(value: string): string {
    return this.#add('String', value)
  }

  integer(value: number): string {
    return this.#add('Int64', Math.trunc(value))
  }

  /** For times in whole seconds. */
  seconds(value: number): string {
    return `toDateTime(${this.#add('UInt32', Math.max(0, Math.min(4_294_967_295, Math.trunc(value))))})`
  }

  /** The day of a moment in seconds, by UTC, whatever the clock of the store says. */
  day(seconds: number): string {
    return `toDate(${this.#add('UInt16', Math.max(0, Math.min(65_535, Math.floor(seconds / 86_400))))})`
  }

  texts(values: readonly string[]): string {
    return this.#add('Array(String)', values)
  }

  /** 64-bit integers as text. */
  ids(values: readonly string[]): string {
    return `arrayMap(each -> toUInt64(each), ${this.texts(values)})`
  }

  build(sql: string): Statement {
    return { sql, parameters: this.#values }
  }

  #add(type: string, value: SqlParameters[string]): string {
    const name = `p${++this.#count}`
    this.#values[name] = value
    return `{${name}:${type}}`
  }
}

/** `a*b` of the filter language as a pattern of `LIKE`. */
export function likePattern(pattern: string): string {
  return pattern.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%')
}
