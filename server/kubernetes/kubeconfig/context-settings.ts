import { maskUserinfo } from '@/lib/model/mask-userinfo'
import type { Result } from '@/lib/model/problem'
import type { ConnectionSettings, Credentials, ServerTrust, StoredText } from '../connection/connection-settings'
import type { Kubeconfig, KubeconfigCluster, KubeconfigExec, KubeconfigUser } from './kubeconfig'

/** Thrown inside this file and caught by `contextSettings`. */
class Unusable extends Error {}

/** How to connect for one context; the error says in one sentence why it cannot be used, as kubectl would find. */
export function contextSettings(kubeconfig: Kubeconfig, name: string): Result<ConnectionSettings, string> {
  try {
    return { ok: true, value: settingsOf(kubeconfig, name) }
  } catch (cause) {
    if (cause instanceof Unusable) return { ok: false, error: cause.message }
    throw cause
  }
}

function settingsOf(kubeconfig: Kubeconfig, name: string): ConnectionSettings {
  const context = kubeconfig.contexts.get(name)
  if (context === undefined) throw new Unusable(`there is no context "${name}"${amongNames([...kubeconfig.contexts.keys()])}`)
  const cluster = kubeconfig.clusters.get(context.cluster)
  if (cluster === undefined) throw new Unusable(`context "${name}" names the cluster "${context.cluster}", which is not there`)
  const user = context.user === '' ? null : kubeconfig.users.get(context.user)
  if (user === undefined) throw new Unusable(`context "${name}" names the user "${context.user}", which is not there`)
  return {
    name,
    server: serverOf(cluster, context.cluster),
    trust: trustOf(cluster, context.cluster),
    serverName: cluster.serverName === '' ? null : cluster.serverName,
    proxy: cluster.proxyUrl === '' ? null : proxyOf(cluster.proxyUrl, context.cluster),
    clientCertificate: user === null ? null : clientCertificateOf(user, context.user),
    credentials: user === null ? { kind: 'none' } : credentialsOf(user, context.user, cluster),
    impersonation: user === null ? new Map() : impersonationOf(user, context.user),
    namespace: context.namespace === '' ? 'default' : context.namespace,
  }
}

function amongNames(names: readonly string[]): string {
  if (names.length === 0) return '; no context is defined'
  const shown = names.slice(0, 10).map((name) => `"${name}"`)
  return `; there ${names.length === 1 ? 'is' : 'are'} ${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`
}

/** Like kubectl, a server without a scheme is asked without TLS. */
function serverOf({ server }: KubeconfigCluster, name: string): string {
  if (server === '') throw new Unusable(`the cluster "${name}" has no server`)
  const url = URL.canParse(server) && /^[a-z]+:\/\//i.test(server) ? new URL(server) : null
  const full = url ?? (URL.canParse(`http://${server}`) ? new URL(`http://${server}`) : null)
  if (full === null || (full.protocol !== 'https:' && full.protocol !== 'http:') || full.hostname === '') {
    throw new Unusable(`the server "${maskUserinfo(server)}" of the cluster "${name}" is not an address such as https://HOST:6443`)
  }
  const port = full.port === '' ? (full.protocol === 'https:' ? '443' : '80') : full.port
  return `${full.protocol}//${full.hostname}:${port}${full.pathname.replace(/\/+$/, '')}`
}

function trustOf(cluster: KubeconfigCluster, name: string): ServerTrust {
  const { authorityFile, authorityData, skipsVerification } = cluster
  const pem = stored(authorityData, authorityFile, `certificate-authority of the cluster "${name}"`)
  if (skipsVerification && pem !== null) {
    throw new Unusable(`the cluster "${name}" has a certificate-authority and insecure-skip-tls-verify; only one of them can hold`)
  }
  if (skipsVerification) return { kind: 'anything' }
  return pem === null ? { kind: 'system' } : { kind: 'authorities', pem }
}

function proxyOf(text: string, name: string): string {
  const url = URL.canParse(text) && text.includes('://') ? new URL(text) : null
  if (url === null || url.hostname === '') throw new Unusable(`the proxy-url of the cluster "${name}" is not a URL`)
  if (!['http:', 'https:', 'socks5:'].includes(url.protocol)) {
    throw new Unusable(`the proxy-url of the cluster "${name}" must begin with http, https or socks5, not "${url.protocol}//"`)
  }
  return text
}

function clientCertificateOf(user: KubeconfigUser, name: string): ConnectionSettings['clientCertificate'] {
  const certificate = stored(user.certificateData, user.certificateFile, `client-certificate of the user "${name}"`)
  const key = stored(user.keyData, user.keyFile, `client-key of the user "${name}"`)
  if (certificate === null) return null
  if (key === null) throw new Unusable(`the user "${name}" has a client-certificate without a client-key`)
  return { certificate, key }
}

/** null when neither is there. Both at once is refused, as by kubectl. */
function stored(data: string, file: string, what: string): StoredText | null {
  if (data !== '' && file !== '') throw new Unusable(`${what} is there as data and as a file; only one of them can hold`)
  if (file !== '') return { kind: 'file', path: file }
  return data === '' ? null : { kind: 'inline', text: Buffer.from(data, 'base64').toString('utf8') }
}

function credentialsOf(user: KubeconfigUser, name: string, cluster: KubeconfigCluster): Credentials {
  const hasToken = user.token !== '' || user.tokenFile !== ''
  if (hasToken && user.username !== '') throw new Unusable(`the user "${name}" has a token and a username; only one of them can hold`)
  if (user.authProvider !== null && user.exec !== null) {
    throw new Unusable(`the user "${name}" has an auth-provider and an exec plugin; only one of them can hold`)
  }
  // Checked even where a token makes the plugin needless, as kubectl does.
  const plugin = user.exec === null ? null : pluginOf(user.exec, name, cluster)
  if (user.tokenFile !== '') return { kind: 'token-file', path: user.tokenFile, fallback: user.token === '' ? null : user.token }
  if (user.token !== '') return { kind: 'token', token: user.token }
  if (user.username !== '') return { kind: 'basic', username: user.username, password: user.password }
  if (plugin !== null) return { kind: 'plugin', plugin }
  if (user.authProvider !== null) {
    throw new Unusable(
      `the user "${name}" has the auth-provider "${user.authProvider.name}", which Sluice does not know; use a credential plugin (exec)`,
    )
  }
  return { kind: 'none' }
}

function pluginOf(exec: KubeconfigExec, name: string, cluster: KubeconfigCluster): Extract<Credentials, { kind: 'plugin' }>['plugin'] {
  const refuse = (problem: string): never => {
    throw new Unusable(`the exec plugin of the user "${name}" ${problem}`)
  }
  const { apiVersion, interactiveMode } = exec
  if (exec.command === '') refuse('has no command')
  if (apiVersion !== 'client.authentication.k8s.io/v1' && apiVersion !== 'client.authentication.k8s.io/v1beta1') {
    return refuse(`has the apiVersion "${apiVersion}"; known are client.authentication.k8s.io/v1 and v1beta1`)
  }
  if (interactiveMode === '' && apiVersion === 'client.authentication.k8s.io/v1') refuse('has no interactiveMode')
  if (!['', 'Never', 'IfAvailable', 'Always'].includes(interactiveMode)) refuse(`has the unknown interactiveMode "${interactiveMode}"`)
  if (exec.env.some((variable) => variable.name === '')) refuse('has a variable without a name')
  return {
    apiVersion,
    command: exec.command,
    args: exec.args,
    env: exec.env,
    wantsTerminal: interactiveMode === 'Always',
    installHint: exec.installHint.trim() === '' ? null : exec.installHint.trim(),
    clusterInfo: exec.providesClusterInfo ? clusterInfoOf(cluster) : null,
  }
}

/** `Cluster` of client.authentication.k8s.io, of which empty fields are left out. */
function clusterInfoOf(cluster: KubeconfigCluster): ReadonlyMap<string, unknown> {
  const fields: readonly (readonly [string, unknown])[] = [
    ['server', cluster.server],
    ['tls-server-name', cluster.serverName],
    ['insecure-skip-tls-verify', cluster.skipsVerification],
    ['certificate-authority-data', cluster.authorityData],
    ['proxy-url', cluster.proxyUrl],
    ['config', cluster.pluginConfig],
  ]
  return new Map(fields.filter(([, value]) => value !== '' && value !== false && value !== null))
}

function impersonationOf(user: KubeconfigUser, name: string): ConnectionSettings['impersonation'] {
  if (user.as === '' && (user.asUid !== '' || user.asGroups.length > 0 || user.asExtra.size > 0)) {
    throw new Unusable(`the user "${name}" asks for a uid, groups or extra of another user without naming it (as)`)
  }
  const headers = new Map<string, string | readonly string[]>()
  if (user.as !== '') headers.set('impersonate-user', user.as)
  if (user.asUid !== '') headers.set('impersonate-uid', user.asUid)
  if (user.asGroups.length > 0) headers.set('impersonate-group', user.asGroups)
  for (const [key, values] of user.asExtra) headers.set(`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`, values)
  return headers
}
