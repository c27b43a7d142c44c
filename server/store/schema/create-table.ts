import type { Column, Table } from './tables'

/** Where the tables lie: in one server or folder, or on a cluster of servers. */
export type Placement =
  | { readonly kind: 'single' }
  /** `cluster` is its name in the servers' configuration. */
  | { readonly kind: 'cluster'; readonly cluster: string }

export type SchemaOptions = {
  readonly database: string
  readonly placement: Placement
  /** Rows older than this go when parts are merged. */
  readonly keptDays: number
}

/** Statements that make a table; on a cluster that is one on every server, and one in front of them. */
export function createTable(table: Table, options: SchemaOptions): readonly string[] {
  const { database, placement } = options
  const name = `${database}.${table.name}`
  if (placement.kind === 'single') return [createLocal(name, '', engineOf(table, null), table, options)]
  const on = ` ON CLUSTER ${quoted(placement.cluster)}`
  const local = `${name}_local`
  const path = `/clickhouse/tables/{shard}/${database}/${table.name}`
  const distributed = `Distributed(${quoted(placement.cluster)}, ${database}, ${table.name}_local, ${table.shardBy})`
  return [
    createLocal(local, on, engineOf(table, path), table, options),
    `CREATE TABLE IF NOT EXISTS ${name}${on} AS ${local} ENGINE = ${distributed}`,
  ]
}

/** Statements that give an older table some of its columns, and its sort key where they are in it. They may run on the newest one. */
export function addColumns(table: Table, added: readonly string[], { database, placement }: SchemaOptions): readonly string[] {
  const name = `${database}.${table.name}`
  const columns = table.columns
    .filter((column) => added.includes(column.name))
    .map((column) => `ADD COLUMN IF NOT EXISTS ${define(column)}`)
  const isSorted = table.orderBy.some((column) => added.includes(column))
  const local = [...columns, ...(isSorted ? [`MODIFY ORDER BY (${table.orderBy.join(', ')})`] : [])].join(', ')
  if (placement.kind === 'single') return [`ALTER TABLE ${name} ${local}`]
  const on = ` ON CLUSTER ${quoted(placement.cluster)}`
  return [`ALTER TABLE ${name}_local${on} ${local}`, `ALTER TABLE ${name}${on} ${columns.join(', ')}`]
}

/** The statement that sets how long rows are kept; null for a table that keeps them. */
export function setAge(table: Table, { database, placement, keptDays }: SchemaOptions): string | null {
  if (table.ageOf === null) return null
  const name = `${database}.${table.name}`
  const target = placement.kind === 'single' ? name : `${name}_local ON CLUSTER ${quoted(placement.cluster)}`
  return `ALTER TABLE ${target} MODIFY TTL ${table.ageOf} + INTERVAL ${Math.floor(keptDays)} DAY SETTINGS materialize_ttl_after_modify = 0`
}

function createLocal(name: string, on: string, engine: string, table: Table, { keptDays }: SchemaOptions): string {
  const columns = table.columns.map((column) => `  ${define(column)}`)
  const lines = [...columns, ...(table.indexes ?? []).map((index) => `  ${index}`)]
  const settings = ['index_granularity = 8192', 'ttl_only_drop_parts = 1', 'allow_suspicious_low_cardinality_types = 1']
  return [
    `CREATE TABLE IF NOT EXISTS ${name}${on}`,
    '(',
    lines.join(',\n'),
    ')',
    `ENGINE = ${engine}`,
    ...(table.partitionBy === null ? [] : [`PARTITION BY ${table.partitionBy}`]),
    ...(table.primaryKey === undefined ? [] : [`PRIMARY KEY (${table.primaryKey.join(', ')})`]),
    `ORDER BY (${table.orderBy.join(', ')})`,
    ...(table.ageOf === null ? [] : [`TTL ${table.ageOf} + INTERVAL ${Math.floor(keptDays)} DAY`]),
    // A batch that is sent again, because nobody heard that it was taken, is taken once.
    `SETTINGS ${[...settings, ...(engine.startsWith('Replicated') ? [] : ['non_replicated_deduplication_window = 1000'])].join(', ')}`,
  ].join('\n')
}

function define({ name, type, codec }: Column): string {
  return `${name} ${type}${codec === undefined ? '' : ` ${codec}`}`
}

function engineOf({ replacedBy }: Table, replicatedAt: string | null): string {
  const inner = [
    ...(replicatedAt === null ? [] : [quoted(replicatedAt), "'{replica}'"]),
    ...(replacedBy === null || replacedBy === '' ? [] : [replacedBy]),
  ]
  const kind = replacedBy === null ? 'MergeTree' : 'ReplacingMergeTree'
  return `${replicatedAt === null ? '' : 'Replicated'}${kind}${inner.length === 0 ? '' : `(${inner.join(', ')})`}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
