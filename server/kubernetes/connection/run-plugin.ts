import { spawn } from 'node:child_process'
import { z } from 'zod'
import { ApiConnectionError } from './api-connection-error'
import { type CredentialPlugin, pluginCommand } from './connection-settings'
import type { ClientCertificate } from './tls-material'

/** What a credential plugin printed. */
export type IssuedCredentials = {
  readonly token: string | null
  readonly certificate: ClientCertificate | null
  /** Milliseconds since the epoch; null when it does not say. */
  readonly expiresAt: number | null
}

export type PluginRun = {
  /** PEM of the authorities, for plugins that are told of the cluster; null when there are none. */
  readonly authorities: string | null
  readonly timeoutMs: number
}

/** Far more than credentials need. */
const MAX_OUTPUT_BYTES = 1024 * 1024
const MAX_MESSAGE = 300

/** Runs a plugin without a terminal and reads what it prints. Throws `ApiConnectionError` that shows the command. */
export async function runPlugin(plugin: CredentialPlugin, run: PluginRun): Promise<IssuedCredentials> {
  const fail = (reason: string, cause?: unknown) =>
    new ApiConnectionError('credentials', `the credential plugin "${pluginCommand(plugin)}" ${reason}`, { cause })
  if (plugin.wantsTerminal) throw fail('wants to ask at a terminal (interactiveMode: Always), which a server does not have')
  const output = await runProgram(plugin, run, fail)
  return readIssued(output, plugin, fail)
}

type Fail = (reason: string, cause?: unknown) => ApiConnectionError

function runProgram(plugin: CredentialPlugin, run: PluginRun, fail: Fail): Promise<string> {
  const { command, args } = plugin
  return new Promise((resolve, reject) => {
    const hint = plugin.installHint === null ? '' : `. ${plugin.installHint.replaceAll(/\s+/g, ' ')}`
    // A group of its own, so that programs which it starts end with it.
    const child = spawn(command, args, { env: environmentOf(plugin, run), stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const printed: Buffer[] = []
    const told: Buffer[] = []
    let bytes = 0
    const stop = (error: ApiConnectionError) => {
      clearTimeout(timer)
      if (child.pid !== undefined) endGroup(child.pid)
      child.stdout.destroy()
      child.stderr.destroy()
      reject(error)
    }
    const timer = setTimeout(() => {
      stop(fail(`did not end within ${run.timeoutMs / 1_000} s and was stopped${lastLine(told)}`))
    }, run.timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_OUTPUT_BYTES) stop(fail(`printed more than ${MAX_OUTPUT_BYTES} bytes`))
      else printed.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      told.push(chunk)
      while (told.length > 16) told.shift()
    })
    child.on('error', (cause) => {
      const code = 'code' in cause ? cause.code : ''
      const reason =
        code === 'ENOENT' ? 'is not installed (not found in PATH)' : code === 'EACCES' ? 'may not be executed' : 'cannot be started'
      stop(fail(`${reason}${hint}`, cause))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) resolve(Buffer.concat(printed).toString('utf8'))
      else reject(fail(`failed (${code === null ? signal : `exit code ${code}`})${lastLine(told)}${code === 127 ? hint : ''}`))
    })
  })
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** What it said last on standard error, as people want to see it. */
function lastLine(told: readonly Buffer[]): string {
  const lines = Buffer.concat(told).toString('utf8').trim().split('\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey them.
  const plain = (lines.at(-1) ?? '').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim()
  return plain === '' ? '' : `: ${plain.slice(0, MAX_MESSAGE)}`
}

function environmentOf({ env, apiVersion, clusterInfo }: CredentialPlugin, { authorities }: PluginRun): NodeJS.ProcessEnv {
  const cluster = clusterInfo === null ? null : Object.fromEntries(clusterInfo)
  if (cluster !== null && authorities !== null) cluster['certificate-authority-data'] = Buffer.from(authorities).toString('base64')
  const spec = cluster === null ? { interactive: false } : { cluster, interactive: false }
  return {
    ...process.env,
    ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify({ kind: 'ExecCredential', apiVersion, spec }),
  }
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const printedSchema = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z.object({ token: text, clientCertificateData: text, clientKeyData: text, expirationTimestamp: text }),
})

/** Never shows what was printed: it may be a token. */
function readIssued(output: string, plugin: CredentialPlugin, fail: Fail): IssuedCredentials {
  let json: unknown
  try {
    json = JSON.parse(output)
  } catch (cause) {
    throw fail(output.trim() === '' ? 'printed nothing' : 'printed something that is not JSON', cause)
  }
  const printed = printedSchema.safeParse(json)
  if (!printed.success) throw fail('printed JSON that is not an ExecCredential with a status')
  const { apiVersion, status } = printed.data
  if (apiVersion !== plugin.apiVersion)
    throw fail(`printed the apiVersion ${apiVersion.slice(0, 100)} where ${plugin.apiVersion} was asked for`)
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status
  if (token === '' && certificate === '' && key === '') throw fail('printed neither a token nor a certificate')
  if ((certificate === '') !== (key === '')) throw fail('printed a certificate without its key, or a key without its certificate')
  const expiresAt = expirationTimestamp === '' ? null : Date.parse(expirationTimestamp)
  if (Number.isNaN(expiresAt)) throw fail('printed an expirationTimestamp that is not a time')
  return { token: token === '' ? null : token, certificate: certificate === '' ? null : { certificate, key }, expiresAt }
}
