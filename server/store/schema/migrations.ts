import { addColumns, createTable, type SchemaOptions } from './create-table'
import { ALL_TABLES, TABLES } from './tables'

/** One step of the schema. Steps are never changed once released; a change is a new one. */
export type Migration = {
  readonly version: number
  readonly statements: (options: SchemaOptions) => readonly string[]
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, statements: (options) => ALL_TABLES.flatMap((table) => createTable(table, options)) },
  { version: 2, statements: (options) => createTable(TABLES.collectors, options) },
  // Which kind of source counted a sum, how much of it a better one counts as well, and how many rows a sampled one stands for.
  {
    version: 3,
    statements: (options) => [
      ...addColumns(TABLES.flows, ['weight'], options),
      ...addColumns(TABLES.drops, ['weight'], options),
      ...addColumns(TABLES.edges1m, ['family', 'evidence', 'evidence_repeats'], options),
      ...addColumns(TABLES.edges1h, ['family', 'evidence', 'evidence_repeats'], options),
    ],
  },
  // Sums of ten minutes and six hours. They begin with what is counted from now on; what was before is in minutes and hours.
  { version: 4, statements: (options) => [TABLES.edges10m, TABLES.edges6h].flatMap((table) => createTable(table, options)) },
]
