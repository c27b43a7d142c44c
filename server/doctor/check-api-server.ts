import type { V1SelfSubjectReview, V1SelfSubjectReviewStatus, V1UserInfo, VersionInfo } from '@kubernetes/client-node'
import type { Check } from '@/lib/api/report/doctor-report'
import { isRecord } from '@/lib/model/fields'
import type { ApiConnection, ApiResponse } from '../kubernetes/connection/api-connection'
import { ApiConnectionError, type ApiConnectionFault } from '../kubernetes/connection/api-connection-error'
import { type ConnectionSettings, pluginCommand, quoteForShell } from '../kubernetes/connection/connection-settings'
import type { Received } from '../kubernetes/reflector/received'

/** EndpointSlices in their stable form, which everything here rests on. */
const OLDEST_MINOR = 21
/** A flow that is this much off is on the wrong side of a change. */
const SKEW_WARNING_MS = 5_000
/** Tokens and certificates are refused. */
const SKEW_PROBLEM_MS = 60_000

export type ServerChecks = {
  readonly checks: readonly Check[]
  /** Who we are to the server; null when it does not say. */
  readonly user: string | null
  readonly isUsable: boolean
}

/** Looks whether the API server answers, takes our credentials, is not too old and has our time. */
export async function checkApiServer(settings: ConnectionSettings, connection: ApiConnection, now: () => number): Promise<ServerChecks> {
  const startedAt = now()
  let answer: ApiResponse
  try {
    answer = await connection.request({ path: '/version' })
  } catch (error) {
    if (!(error instanceof ApiConnectionError)) throw error
    const about = error.fault === 'credentials' ? 'credentials' : 'API server'
    const check: Check = { about, state: 'problem', message: error.message, fixes: fixesOf(error.fault, settings) }
    return { checks: [check], user: null, isUsable: false }
  }
  const endedAt = now()
  const text = await textOf(answer)
  const clock = clockCheck(answer.headers.get('date') ?? null, (startedAt + endedAt) / 2)
  if (answer.status === 401) return { checks: [refused(settings), ...clock], user: null, isUsable: false }
  const server = serverCheck(settings, answer.status, text, endedAt - startedAt)
  const user = await whoWeAre(connection)
  const credentials: Check[] =
    user === null ? [] : [{ about: 'credentials', state: 'ok', message: `we are ${user}${heldBy(settings)}`, fixes: [] }]
  return { checks: [server, ...encryptionChecks(settings), ...credentials, ...clock], user, isUsable: true }
}

function fixesOf(fault: ApiConnectionFault, settings: ConnectionSettings): readonly string[] {
  const { credentials, trust } = settings
  switch (fault) {
    case 'credentials':
      return credentials.kind === 'plugin'
        ? [`run it by hand and look what it says: ${pluginCommand(credentials.plugin)}`]
        : ['write the file again, or name another one in the kubeconfig']
    case 'tls':
      return [
        trust.kind === 'system'
          ? 'name the authority in the kubeconfig: kubectl config set-cluster NAME --certificate-authority=FILE --embed-certs'
          : 'fetch the kubeconfig anew from where you got it; the authority may have been exchanged',
      ]
    case 'timeout':
    case 'unreachable':
    case 'lost':
    case 'aborted':
      return [
        `see whether kubectl reaches it: kubectl ${contextFlag(settings.name)}get --raw /version`,
        'is the cluster running, and this machine in its network (VPN, proxy-url, HTTPS_PROXY)?',
      ]
  }
}

/** Empty for the account of the pod, which is no context. */
function contextFlag(name: string): string {
  return name === 'in-cluster' ? '' : `--context ${quoteForShell(name)} `
}

function refused({ credentials, name }: ConnectionSettings): Check {
  const again = `see whether kubectl is let in: kubectl ${contextFlag(name)}auth whoami`
  const fixes: Record<typeof credentials.kind, string> = {
    none: 'the context names no credentials; give it a user: kubectl config set-context NAME --user=USER',
    basic: 'API servers take no passwords any more; use a token, a certificate or a plugin',
    token: 'log in again as your provider says; the token in the kubeconfig may have ended',
    'token-file': 'the token in the file may have ended; write a new one',
    plugin: 'log in again as your provider says; the plugin hands out what the server does not accept',
  }
  return {
    about: 'credentials',
    state: 'problem',
    message: 'the API server does not accept our credentials (401)',
    fixes: [fixes[credentials.kind], again],
  }
}

function serverCheck({ server }: ConnectionSettings, status: number, text: string, tookMs: number): Check {
  const about = 'API server'
  // Some clusters show their version to nobody; the rights say more.
  if (status !== 200) return { about, state: 'ok', message: `${server} answers in ${Math.round(tookMs)} ms`, fixes: [] }
  const { gitVersion, major, minor } = versionOf(text)
  if (gitVersion === '') {
    const message = `${server} answers, but not as a Kubernetes API server`
    return { about, state: 'problem', message, fixes: ['look at the server of the context: kubectl config view --minify'] }
  }
  const message = `${server} is Kubernetes ${gitVersion} and answers in ${Math.round(tookMs)} ms`
  if (major === 1 && minor < OLDEST_MINOR) {
    const fixes = [`upgrade the cluster to 1.${OLDEST_MINOR} or newer; what older ones do not have is shown as absent`]
    return { about, state: 'warning', message, fixes }
  }
  return { about, state: 'ok', message, fixes: [] }
}

/** Says when somebody on the way could read along. */
function encryptionChecks({ server, trust }: ConnectionSettings): readonly Check[] {
  const { protocol, hostname } = new URL(server)
  if (protocol === 'http:') {
    // `kubectl proxy` is asked like this.
    if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return []
    const message = 'the API server is asked without TLS: everybody on the way can read along, the credentials too'
    return [{ about: 'TLS', state: 'warning', message, fixes: ['give the cluster an https:// server in the kubeconfig'] }]
  }
  if (trust.kind !== 'anything') return []
  const message = "the server's certificate is not checked (insecure-skip-tls-verify): who answers may be anybody"
  return [{ about: 'TLS', state: 'warning', message, fixes: ['name its certificate-authority in the kubeconfig instead'] }]
}

function versionOf(text: string): { readonly gitVersion: string; readonly major: number; readonly minor: number } {
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // What answers is something else.
  }
  const { gitVersion = '', major = '', minor = '' }: Received<VersionInfo> = isRecord(body) ? body : {}
  return { gitVersion: String(gitVersion), major: Number.parseInt(String(major), 10), minor: Number.parseInt(String(minor), 10) }
}

/** The header counts whole seconds, so that half a second is added. */
function clockCheck(date: string | null, at: number): readonly Check[] {
  const there = date === null ? Number.NaN : Date.parse(date) + 500
  if (Number.isNaN(there)) return []
  const skewMs = there - at
  const seconds = Math.round(Math.abs(skewMs) / 1_000)
  if (Math.abs(skewMs) < SKEW_WARNING_MS)
    return [{ about: 'clock', state: 'ok', message: 'the API server and this machine have the same time', fixes: [] }]
  return [
    {
      about: 'clock',
      state: Math.abs(skewMs) < SKEW_PROBLEM_MS ? 'warning' : 'problem',
      message: `the API server's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: flows and changes are put at wrong times`,
      fixes: ['set both by NTP; on Linux: timedatectl set-ntp true'],
    },
  ]
}

async function whoWeAre(connection: ApiConnection): Promise<string | null> {
  try {
    const question: V1SelfSubjectReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const body = JSON.stringify(question)
    const answer = await connection.request({ path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', method: 'POST', body })
    const review: unknown = JSON.parse(await textOf(answer))
    const status: Received<V1SelfSubjectReviewStatus> = isRecord(review) && isRecord(review.status) ? review.status : {}
    const { username = null }: Received<V1UserInfo> = isRecord(status.userInfo) ? status.userInfo : {}
    return typeof username === 'string' && username !== '' ? username : null
  } catch {
    // Servers before 1.28 do not know the question.
    return null
  }
}

function heldBy({ credentials, clientCertificate }: ConnectionSettings): string {
  switch (credentials.kind) {
    case 'plugin':
      return `, by what "${pluginCommand(credentials.plugin)}" prints`
    case 'token-file':
      return `, by the token in ${credentials.path}`
    case 'token':
      return ', by a token'
    case 'basic':
      return ', by a password'
    case 'none':
      return clientCertificate === null ? '' : ', by a client certificate'
  }
}

/** The beginning of a body; longer ones are not what was asked for. */
async function textOf({ body }: ApiResponse): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    parts.push(part)
    length += part.length
    if (length > 1_000_000) break
  }
  return Buffer.concat(parts).toString('utf8')
}
