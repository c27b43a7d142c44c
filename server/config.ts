import { z } from 'zod'
import { LINE_FORMAT_IDS } from '@/lib/api/line-format-ids'

const listenSchema = z.object({ host: z.string().min(1), port: z.int().min(0).max(65535) })

/** Which kubeconfig files are read: one that somebody named, or those that kubectl would find. Paths are absolute. */
const kubeconfigFilesSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), path: z.string().min(1) }),
  z.object({ kind: z.literal('found'), paths: z.array(z.string().min(1)).readonly() }),
])

const clusterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('demo') }),
  /** Absolute path of a file or folder of YAML or JSON, read again on change. */
  z.object({ kind: z.literal('manifests'), path: z.string().min(1) }),
  /** A recording, with what its header says: the cluster's name, and the moment that it shows in milliseconds since the epoch. */
  z.object({ kind: z.literal('bundle'), path: z.string().min(1), name: z.string(), at: z.number(), masked: z.boolean() }),
  /** Live clusters: `contexts` are connected from the start and the first is the one shown; the other contexts can be chosen. */
  z.object({ kind: z.literal('kubeconfig'), files: kubeconfigFilesSchema, contexts: z.array(z.string()).min(1).readonly() }),
  /** The cluster in whose pod this process runs. */
  z.object({ kind: z.literal('in-cluster') }),
])

/** Files for the connections of flow sources, absolute and read again when they change. null: not used. */
const flowAccessSchema = z.object({
  /** Authorities that the other side's certificate must come from. */
  ca: z.string().min(1).nullable(),
  /** Our certificate: of the client, or of the server for `forward`. */
  cert: z.string().min(1).nullable(),
  key: z.string().min(1).nullable(),
  /** Bearer token; the shared key for `forward`. */
  tokenFile: z.string().min(1).nullable(),
  /** Name in the other side's certificate, where it is not the host of its address. */
  serverName: z.string().min(1).nullable(),
})

/** What the value of one source says itself of its connection, instead of the options for all of them; absolute paths. */
const ownAccess = z
  .object({
    ca: z.string().min(1),
    cert: z.string().min(1),
    key: z.string().min(1),
    tokenFile: z.string().min(1),
    serverName: z.string().min(1),
  })
  .partial()
  .optional()

const address = { host: z.string().min(1), port: z.int().min(1).max(65535) }
/** The kind of line that a source writes; null tells the kinds apart line by line. */
const format = z.enum(LINE_FORMAT_IDS).nullable()

/** What the clocks of the machines show, by its IANA name, for lines that do not say it; UTC where it is left out. */
const zone = z.string().min(1).optional()

/** Whose data is asked for, where one server holds that of many (`X-Scope-OrgID`); null: not said. */
const tenant = z.string().min(1).nullable()

/** Labels that everything asked for must have. */
const labels = z.array(z.object({ name: z.string().min(1), value: z.string() })).readonly()

const flowsSchema = z.discriminatedUnion('kind', [
  /** Absolute path of a file of flow lines, followed. */
  z.object({ kind: z.literal('file'), path: z.string().min(1), format, zone }),
  /** Absolute path of a folder whose files are followed. */
  z.object({ kind: z.literal('dir'), path: z.string().min(1), format, zone }),
  z.object({ kind: z.literal('ingest'), zone }),
  /** The address to listen on for the Fluentd forward protocol. */
  z.object({ kind: z.literal('forward'), ...address, format, zone, access: ownAccess }),
  /** Flows with an end in one of the namespaces, or all flows where none is named. */
  z.object({ kind: z.literal('hubble'), ...address, namespaces: z.array(z.string().min(1)).readonly(), access: ownAccess }),
  z.object({ kind: z.literal('goldmane'), ...address, access: ownAccess }),
  z.object({ kind: z.literal('prometheus'), url: z.url(), tenant, labels, access: ownAccess }),
  z.object({ kind: z.literal('netobserv-loki'), url: z.url(), tenant, labels, access: ownAccess }),
])

/** Where flows are kept. */
const storeSchema = z.discriminatedUnion('kind', [
  /** The last hour, and it goes with the server. */
  z.object({ kind: z.literal('memory') }),
  /** Absolute path of the folder of a store that this server runs itself. */
  z.object({ kind: z.literal('embedded'), folder: z.string().min(1) }),
  /** A ClickHouse server, or a cluster of them by the name that their configuration gives it. */
  z.object({ kind: z.literal('clickhouse'), url: z.url(), database: z.string().min(1), cluster: z.string().min(1).nullable() }),
])

const serverConfigSchema = z.object({
  listen: listenSchema,
  /** Host names besides the loopback ones and the listen address that a request may name in its Host header. */
  allowedHosts: z.array(z.string()),
  cluster: clusterSchema,
  flows: z.array(flowsSchema),
  flowAccess: flowAccessSchema,
  store: storeSchema,
  /** Days that the store keeps what it has, and the most bytes it may take on its disk. */
  storeRetentionDays: z.int().min(1),
  storeMaxBytes: z.int().min(1),
  /** `all` in one process, or split over several that share a store: `collector` fills it, `web` shows what is in it. */
  role: z.enum(['all', 'collector', 'web']),
  auth: z.object({ kind: z.literal('none') }),
  /** Path prefix of everything the server answers, without a slash at the end; empty at the root. */
  basePath: z.string(),
})

/** What a server runs with, after flags, environment, file and defaults are settled. Paths are absolute. */
export type ServerConfig = Readonly<z.infer<typeof serverConfigSchema>>
export type ClusterChoice = ServerConfig['cluster']

/** What was asked for, before anybody looked which cluster there is. */
export type ServerWish = Omit<ServerConfig, 'cluster'> & {
  readonly cluster: ClusterWish
  /** Path of the one kubeconfig to read; null to read what kubectl would. */
  readonly kubeconfig: string | null
  /** Contexts of the kubeconfig, the first one shown; empty for the current one. */
  readonly contexts: readonly string[]
}
export type ClusterWish =
  | Extract<ClusterChoice, { kind: 'demo' | 'manifests' | 'in-cluster' }>
  | { readonly kind: 'auto' }
  | { readonly kind: 'bundle'; readonly path: string }
  | { readonly kind: 'kubeconfig' }

/** A cluster with an API server. */
export type LiveChoice = Extract<ClusterChoice, { kind: 'kubeconfig' | 'in-cluster' }>
export type FlowSourceChoice = ServerConfig['flows'][number]
export type FlowAccess = ServerConfig['flowAccess']
export type OwnAccess = NonNullable<z.infer<typeof ownAccess>>
export type ListenAddress = ServerConfig['listen']
export type StoreChoice = ServerConfig['store']
export type ServerRole = ServerConfig['role']

export const DEFAULT_CONFIG: ServerConfig = {
  listen: { host: '127.0.0.1', port: 3000 },
  allowedHosts: [],
  cluster: { kind: 'demo' },
  flows: [],
  flowAccess: { ca: null, cert: null, key: null, tokenFile: null, serverName: null },
  store: { kind: 'memory' },
  storeRetentionDays: 14,
  storeMaxBytes: 20 * 1024 ** 3,
  role: 'all',
  auth: { kind: 'none' },
  basePath: '',
}

/**
 * Reads the configuration that `sluice serve` leaves in `SLUICE_CONFIG` for the pages and routes, which are bundled
 * apart from it. Without the variable (`next dev`) the defaults hold. Throws when the value is not a configuration.
 */
export function configFromEnvironment(environment: Readonly<Record<string, string | undefined>>): ServerConfig {
  const json = environment.SLUICE_CONFIG
  return json === undefined ? DEFAULT_CONFIG : serverConfigSchema.parse(JSON.parse(json))
}
