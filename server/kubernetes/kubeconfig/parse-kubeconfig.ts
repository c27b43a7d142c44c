import { dirname, isAbsolute, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Result } from '@/lib/model/problem'
import { EMPTY_KUBECONFIG, type Kubeconfig, type KubeconfigCluster, type KubeconfigExec, type KubeconfigUser } from './kubeconfig'
import { kubeconfigSchema, type WrittenKubeconfig } from './kubeconfig-schema'

type WrittenCluster = WrittenKubeconfig['clusters'][number]['cluster']
type WrittenUser = WrittenKubeconfig['users'][number]['user']

/** Name of the extension of a cluster that its credential plugin is told. */
const PLUGIN_EXTENSION = 'client.authentication.k8s.io/exec'

/** Reads the text of one file as kubectl does; paths in it start from its folder. `file` is an absolute path. */
export function parseKubeconfig(text: string, file: string): Result<Kubeconfig, string> {
  const body = readYaml(text)
  if (!body.ok) return body
  if (body.value === null) return { ok: true, value: EMPTY_KUBECONFIG }
  const written = kubeconfigSchema.safeParse(body.value)
  if (!written.success) return { ok: false, error: describe(written.error) }

  const { 'current-context': currentContext, clusters, users, contexts } = written.data
  const repeated = firstRepeated('cluster', clusters) ?? firstRepeated('user', users) ?? firstRepeated('context', contexts)
  if (repeated !== null) return { ok: false, error: repeated }
  const folder = dirname(file)
  return {
    ok: true,
    value: {
      currentContext,
      contexts: new Map(contexts.map(({ name, context }) => [name, context])),
      clusters: new Map(clusters.map(({ name, cluster }) => [name, clusterOf(cluster, folder)])),
      users: new Map(users.map(({ name, user }) => [name, userOf(user, folder)])),
    },
  }
}

/** The first document, with the booleans of YAML 1.1, which kubectl reads. */
function readYaml(text: string): Result<unknown, string> {
  const [first = ''] = text.split(/^---(?=\s|$)/m).filter((part) => part.trim() !== '')
  try {
    const document = parseDocument(first, { version: '1.1', schema: 'yaml-1.1', uniqueKeys: false, prettyErrors: true })
    const [error] = document.errors
    if (error !== undefined) return { ok: false, error: `not YAML: ${(error.message.split('\n', 1)[0] ?? '').replace(/:$/, '')}` }
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) ?? null }
  } catch (cause) {
    return { ok: false, error: `not YAML: ${cause instanceof Error ? cause.message : 'cannot be read'}` }
  }
}

/** Never shows a value: it may be a password. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue === undefined) return 'not a kubeconfig'
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  if (path === '') return 'not a kubeconfig: there is no map at the top'
  if (path === '.kind' || path === '.apiVersion') return 'not a kubeconfig: wants apiVersion v1 and kind Config'
  return `not a kubeconfig: ${path.slice(1)}: ${issue.message.replace(/^Invalid input: /, '')}`
}

function firstRepeated(what: string, entries: readonly { readonly name: string }[]): string | null {
  const seen = new Set<string>()
  for (const { name } of entries) {
    if (seen.has(name)) return `the ${what} "${name}" is there twice`
    seen.add(name)
  }
  return null
}

function clusterOf(written: WrittenCluster, folder: string): KubeconfigCluster {
  const extension = written.extensions.find(({ name }) => name === PLUGIN_EXTENSION)?.extension
  return {
    server: written.server,
    authorityFile: fromFolder(written['certificate-authority'], folder),
    authorityData: written['certificate-authority-data'],
    skipsVerification: written['insecure-skip-tls-verify'],
    serverName: written['tls-server-name'],
    proxyUrl: written['proxy-url'],
    pluginConfig: extension ?? null,
  }
}

function userOf(written: WrittenUser, folder: string): KubeconfigUser {
  return {
    certificateFile: fromFolder(written['client-certificate'], folder),
    certificateData: written['client-certificate-data'],
    keyFile: fromFolder(written['client-key'], folder),
    keyData: written['client-key-data'],
    token: written.token,
    tokenFile: fromFolder(written.tokenFile, folder),
    username: written.username,
    password: written.password,
    as: written.as,
    asUid: written['as-uid'],
    asGroups: written['as-groups'],
    asExtra: new Map(Object.entries(written['as-user-extra'])),
    exec: written.exec === null ? null : execOf(written.exec, folder),
    authProvider: written['auth-provider'],
  }
}

function execOf(written: NonNullable<WrittenUser['exec']>, folder: string): KubeconfigExec {
  const { command, provideClusterInfo, ...rest } = written
  // A bare name is looked up in PATH.
  return { ...rest, command: command.includes('/') ? fromFolder(command, folder) : command, providesClusterInfo: provideClusterInfo }
}

function fromFolder(path: string, folder: string): string {
  return path === '' || isAbsolute(path) ? path : resolve(folder, path)
}
