import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'playwright/test'
import { startServer } from '../testing/start-server.mjs'

const PACKAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url))

let folder = ''
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-serve-'))
})
test.afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the command line from a folder that is not the package's. */
function run(args: readonly string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [join(PACKAGE_FOLDER, 'bin', 'sluice.mjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, output })))
}

function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).on('error', reject)
  })
}

test('it runs from another folder, whose relative paths count', async () => {
  writeFileSync(join(folder, 'sluice.yaml'), 'cluster: manifests:absent\n')
  const { exitCode, output } = await run(['serve', '--config', 'sluice.yaml', '--listen', '127.0.0.1:0'])
  expect(exitCode).toBe(3)
  expect(output).toBe(`${join(folder, 'absent')}: no such file or folder\n`)
})

test('an option for later and a wrong address end it with one line and exit code 2', async () => {
  for (const args of [
    ['--role', 'collector'],
    ['--listen', '0.0.0.0:0'],
    ['--flows', 'hubble:relay'],
    ['--auth', 'token'],
  ]) {
    const { exitCode, output } = await run(['serve', ...args])
    expect(exitCode, output).toBe(2)
    expect(output.trimEnd().split('\n')).toHaveLength(1)
  }
})

test('a posted body that is refused gets its reason, and the next one is taken', async () => {
  const server = await startServer(['--flows', 'ingest'])
  const post = (body: Buffer, encoding: string) =>
    fetch(`${server.url}/api/v1/flows`, { method: 'POST', body: new Uint8Array(body), headers: { 'content-encoding': encoding } })
  try {
    for (const [body, encoding, status] of [
      [gzipSync(Buffer.alloc(3_000_000)), 'gzip', 413],
      [Buffer.from('x\n'.repeat(60_000)), 'identity', 413],
      [Buffer.from('no gzip'), 'gzip', 400],
      [Buffer.from('{}'), 'br', 415],
    ] as const) {
      const answer = await post(body, encoding)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) })
    }
    const taken = await post(Buffer.from('{"from": "shop/web", "to": "shop/cart", "port": 80}\n'), 'identity')
    expect(await taken.json()).toMatchObject({ accepted: 1, rejected: [] })
  } finally {
    await server.stop()
  }
})

test('IPv6 loopback, with its own name in the Host header', async () => {
  const server = await startServer([], { listen: '[::1]:0' })
  expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect(await statusOf(`${server.url}/readyz`)).toBe(200)
  expect(await statusOf(`${server.url}/map`, { host: 'evil.example' })).toBe(421)
  expect((await server.stop()).exitCode).toBe(0)
})

test('with viewers on their event streams and a half-sent request, SIGTERM ends it within two seconds', async () => {
  const server = await startServer()
  const streams = await Promise.all([1, 2, 3].map(() => fetch(`${server.url}/api/v1/stream?level=namespace`)))
  for (const stream of streams) expect(stream.status).toBe(200)
  const half = connect(Number(new URL(server.url).port), '127.0.0.1')
  half.on('error', () => {})
  half.write('POST /api/v1/evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
  const { exitCode, ms } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  expect(ms).toBeLessThan(2_000)
  await Promise.all(streams.map((stream) => stream.body?.cancel().catch(() => {})))
  half.destroy()
})

test('it lives on and ends by a signal when nobody reads its output any more', async () => {
  const talkative = `--import=data:text/javascript,${encodeURIComponent('setInterval(() => console.warn("still here"), 100).unref()')}`
  const server = await startServer([], { environment: { NODE_OPTIONS: talkative } })
  server.process.stdout?.destroy()
  server.process.stderr?.destroy()
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await statusOf(`${server.url}/livez`)).toBe(200)
  const { exitCode, ms } = await server.stop('SIGTERM')
  expect(exitCode).toBe(0)
  expect(ms).toBeLessThan(2_000)
})

test('errors of the API are problems, also where there is no route', async () => {
  const server = await startServer()
  try {
    for (const path of ['/api/v1/nothing', '/api/v1/topology?level=galaxy', '/api/v1/flows?filter=((', '/api/v1/workloads/%00']) {
      const response = await fetch(`${server.url}${path}`)
      expect(response.status, path).toBeGreaterThanOrEqual(400)
      expect(response.status, path).toBeLessThan(500)
      expect(response.headers.get('content-type'), path).toBe('application/problem+json')
      expect(Object.keys(await response.json()), path).toEqual(expect.arrayContaining(['type', 'title', 'status']))
    }
  } finally {
    await server.stop()
  }
})
