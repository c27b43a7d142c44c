import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Http2ServerResponse } from 'node:http2'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { KubeconfigFolder } from '../kubeconfig/testing/kubeconfig-folder'
import type { ConnectionSettings, CredentialPlugin } from './connection-settings'
import type { ConnectionOptions } from './open-connection'
import { type ApiStandIn, textOf } from './testing/api-stand-in'
import { aServer, atEnd, connected, failureOf } from './testing/with-server'

/** A server that answers with the Authorization header it got, and 401 where that is not among `accepted`. */
async function aServerThatAccepts(accepted: ReadonlySet<string> | null = null): Promise<ApiStandIn> {
  const server = await aServer()
  server.handler = (request, response) => {
    const given = request.headers.authorization ?? 'nothing'
    if (accepted !== null && !accepted.has(given)) response.writeHead(401)
    response.end(given)
  }
  return server
}

function aFolder(): KubeconfigFolder {
  const folder = new KubeconfigFolder()
  atEnd(() => folder.remove())
  return folder
}

function asking(server: ApiStandIn, credentials: ConnectionSettings['credentials'], options: Partial<ConnectionOptions> = {}) {
  const connection = connected(server.settings({ credentials }), { allowsPlugins: true, ...options })
  return async () => {
    const { status, body } = await connection.request({ path: '/' })
    return `${status} ${await textOf(body)}`
  }
}

test('a token and a name with password are sent as they are', async () => {
  const server = await aServerThatAccepts()
  expect(await asking(server, { kind: 'none' })()).toBe('200 nothing')
  expect(await asking(server, { kind: 'token', token: 't' })()).toBe('200 Bearer t')
  expect(await asking(server, { kind: 'basic', username: 'jo', password: 'a:b' })()).toBe(`200 Basic ${btoa('jo:a:b')}`)
})

test('a token file is read for every request, and the last token holds while there is none', async () => {
  const server = await aServerThatAccepts()
  const path = aFolder().file('token', 'one\n')
  const ask = asking(server, { kind: 'token-file', path, fallback: null })
  expect(await ask()).toBe('200 Bearer one')
  writeFileSync(path, 'two')
  expect(await ask()).toBe('200 Bearer two')
  writeFileSync(path, '')
  expect(await ask()).toBe('200 Bearer two')
  rmSync(path)
  expect(await ask()).toBe('200 Bearer two')
})

test('without its file a token is the one beside it, or there is none to have', async () => {
  const server = await aServerThatAccepts()
  expect(await asking(server, { kind: 'token-file', path: '/absent/token', fallback: 'spare' })()).toBe('200 Bearer spare')
  expect(await failureOf(asking(server, { kind: 'token-file', path: '/absent/token', fallback: null })())).toMatchObject({
    fault: 'credentials',
    message: 'the token file /absent/token cannot be read',
  })
})

test('a token that is refused for good is an answer, asked for once', async () => {
  const server = await aServerThatAccepts(new Set())
  let requests = 0
  const { handler } = server
  server.handler = (request, response) => {
    requests++
    handler(request, response)
  }
  expect(await asking(server, { kind: 'token', token: 'old' })()).toBe('401 Bearer old')
  expect(requests).toBe(1)
})

const V1 = 'client.authentication.k8s.io/v1'

/** A plugin that runs a script of the test in a folder of its own, with Node. */
function aPlugin(folder: KubeconfigFolder, script: string, more: Partial<CredentialPlugin> = {}): ConnectionSettings['credentials'] {
  const path = folder.file('plugin.mjs', script)
  const plugin: CredentialPlugin = {
    apiVersion: V1,
    command: process.execPath,
    args: [path],
    env: [{ name: 'PLUGIN_FOLDER', value: folder.path }],
    wantsTerminal: false,
    installHint: null,
    clusterInfo: null,
    ...more,
  }
  return { kind: 'plugin', plugin }
}

/** Counts its runs in the file `runs` and prints the token `t1`, `t2` and so on. */
function issuing(status = ''): string {
  return `import { appendFileSync, readFileSync } from 'node:fs'
const runs = process.env.PLUGIN_FOLDER + '/runs'
appendFileSync(runs, '.')
const status = { token: 't' + readFileSync(runs, 'utf8').length${status} }
console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${V1}', status }))
`
}

const runsOf = (folder: KubeconfigFolder) => readFileSync(join(folder.path, 'runs'), 'utf8').length

test('a plugin is run once for requests that come together, and not again while its token holds', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  const ask = asking(server, aPlugin(folder, issuing()))
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['200 Bearer t1', '200 Bearer t1', '200 Bearer t1'])
  expect(await ask()).toBe('200 Bearer t1')
  expect(runsOf(folder)).toBe(1)
})

test('it is run again shortly before its token ends', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  let now = Date.parse('2026-05-04T10:00:00Z')
  const ask = asking(server, aPlugin(folder, issuing(`, expirationTimestamp: '2026-05-04T10:10:00Z'`)), { now: () => now })
  expect(await ask()).toBe('200 Bearer t1')
  now += 9 * 60_000
  expect(await ask()).toBe('200 Bearer t1')
  now += 55_000
  expect(await ask()).toBe('200 Bearer t2')
})

test('it is run again when the server refuses its token, once for each request', async () => {
  const accepted = new Set(['Bearer t2'])
  const server = await aServerThatAccepts(accepted)
  const folder = aFolder()
  const ask = asking(server, aPlugin(folder, issuing()))
  expect(await ask()).toBe('200 Bearer t2')
  accepted.clear()
  expect(await ask()).toBe('401 Bearer t3')
  expect(runsOf(folder)).toBe(3)
})

test('it is told of the cluster when it asks for that, and gets its variables', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  const script = `import { writeFileSync } from 'node:fs'
writeFileSync(process.env.PLUGIN_FOLDER + '/info', process.env.KUBERNETES_EXEC_INFO + process.stdin.isTTY)
${issuing()}`
  const told = async (more: Partial<CredentialPlugin>) => {
    await asking(server, aPlugin(folder, script, more))()
    return JSON.parse(readFileSync(join(folder.path, 'info'), 'utf8').replace(/undefined$/, ''))
  }
  expect(await told({})).toEqual({ kind: 'ExecCredential', apiVersion: V1, spec: { interactive: false } })
  const clusterInfo = new Map<string, unknown>([
    ['server', 'https://a'],
    ['config', { audience: 'x' }],
  ])
  expect((await told({ clusterInfo })).spec).toEqual({
    interactive: false,
    cluster: { server: 'https://a', config: { audience: 'x' }, 'certificate-authority-data': btoa(server.authority.certificate) },
  })
})

test('a certificate that a plugin prints is the client certificate', async () => {
  const server = await aServer({ requestCert: true, rejectUnauthorized: false })
  server.handler = (request, response) => {
    response.end(String(('stream' in request ? (request.stream.session?.socket as TLSSocket) : null)?.getPeerCertificate().subject?.CN))
  }
  const { certificate, key } = server.authority.issue({ commonName: 'from the plugin' })
  const status = { clientCertificateData: certificate, clientKeyData: key }
  const printed = JSON.stringify({ kind: 'ExecCredential', apiVersion: V1, status })
  const ask = asking(server, aPlugin(aFolder(), `console.log(${JSON.stringify(printed)})`))
  expect(await ask()).toBe('200 from the plugin')
})

const print = (value: unknown) => `console.log(${JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value))})`
const credential = (status: object) => ({ kind: 'ExecCredential', apiVersion: V1, status })

test.each([
  ['prints nothing', '', 'printed nothing'],
  ['prints rubbish', print('hush-hush, the token'), 'printed something that is not JSON'],
  ['prints something else', print({ kind: 'Pod' }), 'printed JSON that is not an ExecCredential with a status'],
  [
    'prints another version',
    print({ ...credential({ token: 't' }), apiVersion: 'v2' }),
    `printed the apiVersion v2 where ${V1} was asked for`,
  ],
  ['prints no credentials', print(credential({})), 'printed neither a token nor a certificate'],
  [
    'prints a certificate without key',
    print(credential({ clientCertificateData: 'c' })),
    'printed a certificate without its key, or a key without its certificate',
  ],
  [
    'prints a wrong time',
    print(credential({ token: 't', expirationTimestamp: 'soon' })),
    'printed an expirationTimestamp that is not a time',
  ],
  ['fails', 'console.error("a\\n\\u001b[31mlogin first"); process.exit(4)', 'failed (exit code 4): [31mlogin first'],
  ['dies', 'process.kill(process.pid, "SIGKILL")', 'failed (SIGKILL)'],
  ['prints without end', 'const more = () => process.stdout.write("x".repeat(65536), more); more()', 'printed more than 1048576 bytes'],
])('a plugin that %s is named with what it did, and nothing it printed is shown', async (_name, script, reason) => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  const failure = await failureOf(asking(server, aPlugin(folder, script))())
  const command = `${process.execPath} ${join(folder.path, 'plugin.mjs')}`
  expect([failure.fault, failure.message]).toEqual(['credentials', `the credential plugin "${command}" ${reason}`])
})

test('a plugin that hangs is stopped with everything it started', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  const script = `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
writeFileSync(process.env.PLUGIN_FOLDER + '/pids', process.pid + ' ' + child.pid)
console.error('Open https://login.example in your browser')
`
  const failure = await failureOf(asking(server, aPlugin(folder, script), { pluginTimeoutMs: 5_000 })())
  expect(failure.message).toMatch(/ did not end within 5 s and was stopped: Open https:\/\/login\.example in your browser$/)
  const pids = readFileSync(join(folder.path, 'pids'), 'utf8').split(' ').map(Number)
  const isAlive = (pid: number) => {
    try {
      // A process that has ended and was not yet fetched by its parent still has a number.
      return process.kill(pid, 0) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
    } catch {
      return false
    }
  }
  await expect.poll(() => pids.some(isAlive)).toBe(false)
})

test('a plugin that is not there says how to get it', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  const absent = { command: 'no-such-plugin', args: [], installHint: 'Get it\n at https://example.com.' }
  expect((await failureOf(asking(server, aPlugin(folder, '', absent))())).message).toBe(
    'the credential plugin "no-such-plugin" is not installed (not found in PATH). Get it at https://example.com.',
  )
  const path = folder.file('not-executable', '')
  chmodSync(path, 0o644)
  expect((await failureOf(asking(server, aPlugin(folder, '', { command: path, args: [] }))())).message).toBe(
    `the credential plugin "${path}" may not be executed`,
  )
})

test('a plugin that wants a terminal, and one where others reach the server, is not run', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  const script = `import { writeFileSync } from 'node:fs'\nwriteFileSync(process.env.PLUGIN_FOLDER + '/ran', '')\n`
  expect((await failureOf(asking(server, aPlugin(folder, script, { wantsTerminal: true }))())).message).toContain(
    'wants to ask at a terminal',
  )
  expect((await failureOf(asking(server, aPlugin(folder, script), { allowsPlugins: false })())).message).toContain('is not run: ')
  expect(() => readFileSync(join(folder.path, 'ran'))).toThrow()
})

test('a plugin that failed is not run again at once', async () => {
  const server = await aServerThatAccepts()
  const folder = aFolder()
  let now = 0
  const script = `import { appendFileSync } from 'node:fs'\nappendFileSync(process.env.PLUGIN_FOLDER + '/runs', '.')\nprocess.exit(1)\n`
  const ask = asking(server, aPlugin(folder, script), { now: () => now })
  for (const _ of [1, 2, 3]) await failureOf(ask())
  expect(runsOf(folder)).toBe(1)
  now += 5_000
  await failureOf(ask())
  expect(runsOf(folder)).toBe(2)
})

test('settings are looked up again when the server refuses us, and what runs is not cut', async () => {
  const server = await aServer()
  server.handler = (request, response) => {
    const isWatch = request.url === '/watch'
    if (!isWatch && request.headers.authorization === 'Bearer old') response.writeHead(401)
    if (isWatch) (response as Http2ServerResponse).write('begun')
    else response.end(String(request.headers.authorization))
  }
  const settings = (token: string) => server.settings({ credentials: { kind: 'token', token } })
  let now = settings('old')
  const connection = connected(now, { reload: () => now })
  const watch = (await connection.request({ path: '/watch' })).body[Symbol.asyncIterator]()
  await watch.next()
  expect((await connection.request({ path: '/' })).status).toBe(401)
  now = settings('new')
  const answers = await Promise.all([1, 2, 3].map(() => connection.request({ path: '/' })))
  expect(await Promise.all(answers.map(({ body }) => textOf(body)))).toEqual(['Bearer new', 'Bearer new', 'Bearer new'])
  const next = watch.next().then(
    () => 'ended',
    () => 'ended',
  )
  expect(await Promise.race([next, connection.request({ path: '/' }).then(() => 'running')])).toBe('running')
})

test('a server that moved is found by its new settings, and one that is gone stays gone', async () => {
  const [old, next] = [await aServer(), await aServer()]
  await old.stop()
  let now = old.settings()
  const connection = connected(now, { reload: () => now })
  expect((await failureOf(connection.request({ path: '/' }))).fault).toBe('unreachable')
  now = next.settings()
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
})

test.each([1, 2] as const)('over HTTP/%d a token that no header can carry is said, without showing it', async (http) => {
  const server = await aServer({ http })
  const connection = connected(server.settings({ credentials: { kind: 'token', token: 'se\ncret' } }))
  const { fault, message } = await failureOf(connection.request({ path: '/' }))
  expect([fault, message]).toEqual(['credentials', 'the token holds a character that no header can carry, such as a line break'])
})
