import type { AnswerFormat } from './sql-engine'

/** What the store process is asked. `id` comes back with the answer. */
export type EngineRequest =
  | { readonly id: number; readonly kind: 'open'; readonly folder: string }
  /** `settings` go to the end of the statement. */
  | {
      readonly id: number
      readonly kind: 'query'
      readonly sql: string
      readonly parameters: Readonly<Record<string, unknown>>
      readonly settings: Readonly<Record<string, number>>
      readonly format: AnswerFormat
    }
  | { readonly id: number; readonly kind: 'command'; readonly sql: string; readonly parameters: Readonly<Record<string, unknown>> }
  | {
      readonly id: number
      readonly kind: 'insert'
      readonly table: string
      readonly columns: readonly string[]
      readonly token: string
      readonly data: Uint8Array
    }
  /** Ends the query with the id `target`. */
  | { readonly id: number; readonly kind: 'cancel'; readonly target: number }
  | { readonly id: number; readonly kind: 'close' }

export type EngineAnswer =
  | { readonly id: number; readonly ok: true; readonly data: Uint8Array | null }
  /** `code` is the engine's number of the error; 0 where there is none, with `reason` instead. */
  | { readonly id: number; readonly ok: false; readonly code: number; readonly reason: string; readonly message: string }
