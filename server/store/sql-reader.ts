import type { EndCache } from './end-cache'
import type { SqlEngine } from './engine/sql-engine'

/** What the readers of a store share. */
export type SqlReader = {
  readonly engine: SqlEngine
  readonly database: string
  readonly cluster: string
  readonly writer: number
  readonly ends: EndCache
}
