import { createHash, randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { ServerConfig } from './config'
import { ClickhouseEngine } from './store/engine/clickhouse-engine'
import { EmbeddedEngine, engineProgram } from './store/engine/embedded-engine'
import type { SqlEngine } from './store/engine/sql-engine'
import type { SchemaOptions } from './store/schema/create-table'
import { SqlStore } from './store/sql-store'

/** The store as one cluster sees it: its own rows. */
export type Keeping = {
  readonly store: SqlStore
  /** Name of the cluster in the store. */
  readonly cluster: string
  /** Unlike that of any other run. */
  readonly writer: number
  readonly retentionDays: number
  /** False where other processes fill it. */
  readonly writes: boolean
  /** Where it lies on this machine, and the most that it may take; null for a server of its own. */
  readonly disk: { readonly folder: string; readonly maxBytes: number } | null
  /** A folder of this machine for what this machine knows of the store; may not be there yet. */
  readonly notesFolder: string
}

/** The store of this process, shared by its clusters. */
export type OpenStore = { readonly of: (cluster: string) => Keeping; readonly close: () => Promise<void> }

const EMBEDDED_DATABASE = 'sluice'
const NOTES_FOLDER = '.sluice'

/**
 * What a configuration says about the store; null when flows are kept in memory only. The demo and a bundle always are:
 * what they play did not happen here. Nothing is started before the store is needed.
 */
export function openStore({ store, cluster, role, storeRetentionDays, storeMaxBytes }: ServerConfig, now: () => number): OpenStore | null {
  if (store.kind === 'memory' || cluster.kind === 'demo' || cluster.kind === 'bundle') return null
  // Pages and routes are bundled; the program of the store process is found from the package's folder.
  const root = process.env.SLUICE_ROOT ?? process.cwd()
  const isEmbedded = store.kind === 'embedded'
  const database = isEmbedded ? EMBEDDED_DATABASE : store.database
  const engine: SqlEngine = isEmbedded
    ? new EmbeddedEngine({ folder: store.folder, program: engineProgram(root), now })
    : new ClickhouseEngine({ url: store.url, database })
  const placement: SchemaOptions['placement'] =
    isEmbedded || store.cluster === null ? { kind: 'single' } : { kind: 'cluster', cluster: store.cluster }
  const schema: SchemaOptions = { database, placement, keptDays: storeRetentionDays }
  const writes = role !== 'web'
  const writer = randomInt(1, 0x1_0000_0000)
  return {
    of: (name) => ({
      store: new SqlStore({ kind: store.kind, engine, schema, cluster: name, writer, readsOnly: !writes }),
      cluster: name,
      writer,
      retentionDays: storeRetentionDays,
      writes,
      disk: isEmbedded ? { folder: store.folder, maxBytes: storeMaxBytes } : null,
      notesFolder: isEmbedded ? store.folder : join(NOTES_FOLDER, placeOf(store.url, database)),
    }),
    close: () => engine.close(),
  }
}

/** Names a database of a server in a file name, whoever asks for it. */
function placeOf(url: string, database: string): string {
  return `clickhouse-${createHash('sha256')
    .update(`${new URL(url).host}/${database}`)
    .digest('hex')
    .slice(0, 16)}`
}
