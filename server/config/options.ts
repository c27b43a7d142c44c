import { resolve } from 'node:path'
import { MAX_CONNECTED } from '@/lib/api/clusters-document'
import type { Result } from '@/lib/model/problem'
import type { ClusterWish, FlowAccess, ServerWish } from '../config'
import { FLOW_SOURCE_VALUES, parseFlows } from './parse-flows'
import { parseListen } from './parse-listen'
import { parseDays, parseSize, parseStore } from './parse-store'

/** What one option says; access to flow sources is put together from several. */
export type WishPart = Partial<Omit<ServerWish, 'flowAccess'>> & { readonly flowAccess?: Partial<FlowAccess> }

/** One server option: how it is written everywhere, and how its values become a part of the configuration. */
export type Option = {
  /** Flag without `--`, and the key in the configuration file. */
  readonly name: string
  readonly environment: string
  /** As the help and the documentation name its value. */
  readonly value: string
  readonly default: readonly string[]
  /** May be given several times; in the environment as a comma list. */
  readonly repeatable: boolean
  readonly help: string
  /** `base` is the folder that relative paths start from. */
  readonly parse: (values: readonly string[], base: string) => Result<WishPart, string>
}

export const OPTIONS: readonly Option[] = [
  {
    name: 'listen',
    environment: 'SLUICE_LISTEN',
    value: 'HOST:PORT',
    default: ['127.0.0.1:3000'],
    repeatable: false,
    help: 'address to listen on; loopback only in this version',
    parse: ([text = '']) => map(parseListen(text), (listen) => ({ listen })),
  },
  {
    name: 'cluster',
    environment: 'SLUICE_CLUSTER',
    value: 'auto|kubeconfig|in-cluster|demo|manifests:PATH|bundle:FILE',
    default: ['auto'],
    repeatable: false,
    help: "where the cluster comes from; auto is the account of this pod, else the kubeconfig's current context, else the demo",
    parse: ([text = ''], base) => map(parseCluster(text, base), (cluster) => ({ cluster })),
  },
  {
    name: 'context',
    environment: 'SLUICE_CONTEXT',
    value: 'NAME',
    default: [],
    repeatable: true,
    help: 'context of the kubeconfig, instead of the current one; the first is shown, further ones are connected too',
    parse: (contexts) =>
      contexts.length > MAX_CONNECTED
        ? { ok: false, error: `names ${contexts.length} contexts; at most ${MAX_CONNECTED} clusters are connected at once` }
        : { ok: true, value: { contexts } },
  },
  {
    name: 'kubeconfig',
    environment: 'SLUICE_KUBECONFIG',
    value: 'FILE',
    default: [],
    repeatable: false,
    help: 'kubeconfig to read, instead of the files of KUBECONFIG or ~/.kube/config',
    parse: ([path], base) => ({ ok: true, value: { kubeconfig: path === undefined ? null : resolve(base, path) } }),
  },
  {
    name: 'flows',
    environment: 'SLUICE_FLOWS',
    value: FLOW_SOURCE_VALUES.join('|'),
    default: [],
    repeatable: true,
    help: 'where flows come from, with settings of its own behind a ? (behind a URL, a #), such as ?ca=FILE; ingest is POST /api/v1/flows, and #FORMAT behind a path names the kind of line',
    parse: (texts, base) => map(parseFlows(texts, base), (flows) => ({ flows: [...flows] })),
  },
  accessOption('flows-ca', 'ca', 'certificates of the authorities that flow sources are checked against'),
  accessOption('flows-cert', 'cert', 'certificate that is shown to flow sources'),
  accessOption('flows-key', 'key', 'private key of that certificate'),
  accessOption('flows-token-file', 'tokenFile', 'file with the token for flow sources'),
  {
    name: 'flows-server-name',
    environment: 'SLUICE_FLOWS_SERVER_NAME',
    value: 'NAME',
    default: [],
    repeatable: false,
    help: 'name in the certificate of a flow source, where it is not the host of its address',
    parse: ([serverName]) => ({ ok: true, value: { flowAccess: { serverName: serverName ?? null } } }),
  },
  {
    name: 'store',
    environment: 'SLUICE_STORE',
    value: 'memory|embedded:DIR|clickhouse:URL',
    default: ['embedded:./.sluice/data'],
    repeatable: false,
    help: 'where flows are kept: the last hour in memory, or weeks in a folder or a ClickHouse server; the demo is always in memory',
    parse: ([text = ''], base) => map(parseStore(text, base), (store) => ({ store })),
  },
  {
    name: 'store-retention',
    environment: 'SLUICE_STORE_RETENTION',
    value: 'DAYS',
    default: ['14d'],
    repeatable: false,
    help: 'how long the store keeps what it has, in days: 14d',
    parse: ([text = '']) => map(parseDays(text), (storeRetentionDays) => ({ storeRetentionDays })),
  },
  {
    name: 'store-max-bytes',
    environment: 'SLUICE_STORE_MAX_BYTES',
    value: 'SIZE',
    default: ['20GiB'],
    repeatable: false,
    help: 'most bytes that an embedded store takes on its disk, such as 500MiB or 20GiB; the oldest flows make room',
    parse: ([text = '']) => map(parseSize(text), (storeMaxBytes) => ({ storeMaxBytes })),
  },
  {
    name: 'role',
    environment: 'SLUICE_ROLE',
    value: 'all|collector|web',
    default: ['all'],
    repeatable: false,
    help: 'what this process does: everything, or fill a ClickHouse store from flow sources, or show what is in one',
    parse: ([text = '']) => parseRole(text),
  },
  {
    name: 'auth',
    environment: 'SLUICE_AUTH',
    value: 'none',
    default: ['none'],
    repeatable: false,
    help: 'who may use it; none is for loopback only',
    parse: ([text = '']) => map(choose(text, ['none'], ['token', 'oidc', 'proxy']), () => ({ auth: { kind: 'none' } })),
  },
  {
    name: 'base-path',
    environment: 'SLUICE_BASE_PATH',
    value: '/PATH',
    default: ['/'],
    repeatable: false,
    help: 'path prefix of every page and route, for a proxy that does not strip it',
    parse: ([text = '']) => map(parseBasePath(text), (basePath) => ({ basePath })),
  },
  {
    name: 'allowed-hosts',
    environment: 'SLUICE_ALLOWED_HOSTS',
    value: 'NAME',
    default: [],
    repeatable: true,
    help: 'further names that requests may carry in their Host header',
    parse: (texts) => map(parseHosts(texts), (allowedHosts) => ({ allowedHosts: [...allowedHosts] })),
  },
]

/** An option that names a file for the connections of flow sources. */
function accessOption(name: string, part: 'ca' | 'cert' | 'key' | 'tokenFile', help: string): Option {
  return {
    name,
    environment: `SLUICE_${name.toUpperCase().replaceAll('-', '_')}`,
    value: 'FILE',
    default: [],
    repeatable: false,
    help,
    parse: ([path], base) => ({ ok: true, value: { flowAccess: { [part]: path === undefined ? null : resolve(base, path) } } }),
  }
}

function parseCluster(text: string, base: string): Result<ClusterWish, string> {
  if (text === 'auto' || text === 'demo' || text === 'kubeconfig' || text === 'in-cluster') return { ok: true, value: { kind: text } }
  const path = after(text, 'manifests:')
  if (path !== null) {
    if (path === '') return { ok: false, error: '"manifests:" wants a path, for example manifests:./k8s' }
    return { ok: true, value: { kind: 'manifests', path: resolve(base, path) } }
  }
  const bundle = after(text, 'bundle:')
  if (bundle !== null) {
    if (bundle === '') return { ok: false, error: '"bundle:" wants a file, for example bundle:./prod.sluice.gz' }
    return { ok: true, value: { kind: 'bundle', path: resolve(base, bundle) } }
  }
  return refuse(text, ['auto', 'kubeconfig', 'in-cluster', 'demo', 'manifests:PATH', 'bundle:FILE'])
}

function parseRole(text: string): Result<WishPart, string> {
  const roles = ['all', 'collector', 'web'] as const
  const role = roles.find((known) => known === text)
  return role === undefined ? refuse(text, roles) : { ok: true, value: { role } }
}

/** Accepts `/`, `/tools/sluice` and `/tools/sluice/`; gives it without the slash at the end. */
function parseBasePath(text: string): Result<string, string> {
  const path = text.replace(/\/+$/, '')
  if (path === '' && text !== '') return { ok: true, value: '' }
  if (!/^(\/[A-Za-z0-9_~][A-Za-z0-9._~-]*)+$/.test(path) || path.length > 200) {
    return { ok: false, error: `"${text}" is not a path such as /sluice (letters, digits and . _ ~ - between slashes)` }
  }
  return { ok: true, value: path }
}

function parseHosts(texts: readonly string[]): Result<readonly string[], string> {
  for (const text of texts) {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$/i.test(text)) {
      return { ok: false, error: `"${text}" is not a host name without scheme and port, for example sluice.example.com` }
    }
  }
  return { ok: true, value: texts.map((text) => text.toLowerCase()) }
}

function choose(text: string, here: readonly string[], later: readonly string[]): Result<string, string> {
  return here.includes(text) ? { ok: true, value: text } : refuse(text, here, later)
}

function refuse(text: string, here: readonly string[], later: readonly string[] = []): { ok: false; error: string } {
  const reason = later.includes(text) ? `"${text}" is not in this version` : `"${text}" is not known`
  return { ok: false, error: `${reason}; allowed: ${here.join(', ')}` }
}

function after(text: string, start: string): string | null {
  return text.startsWith(start) ? text.slice(start.length) : null
}

function map<From, To>(result: Result<From, string>, change: (value: From) => To): Result<To, string> {
  return result.ok ? { ok: true, value: change(result.value) } : result
}
