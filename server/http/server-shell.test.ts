import { once } from 'node:events'
import { type IncomingHttpHeaders, type RequestListener, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { DEFAULT_CONFIG, type ServerConfig } from '../config'
import { ListenError, listen } from './listen'
import { createServerShell, type ServerShell } from './server-shell'

const open: ServerShell[] = []
afterEach(async () => {
  for (const { server } of open.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** Answers with what it was asked and the headers that reached it. */
const echo: RequestListener = (incoming, response) => {
  response.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }))
}

async function aShell(config: Partial<ServerConfig> = {}, handle: RequestListener | null = echo): Promise<number> {
  const shell = createServerShell({ ...DEFAULT_CONFIG, listen: { host: '127.0.0.1', port: 0 }, ...config })
  open.push(shell)
  if (handle) shell.open(handle)
  return listen(shell.server, { host: '127.0.0.1', port: 0 })
}

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Writes bytes as they are and gives all that comes back until the server closes. */
async function askRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.write(text)
  await once(socket, 'close')
  return answer
}

test('every answer carries the security headers, and each one a nonce of its own', async () => {
  const port = await aShell()
  const nonces = new Set<string>()
  for (const path of ['/map', '/api/v1/status', '/map']) {
    const { headers, body } = await ask(port, path)
    const policy = String(headers['content-security-policy'])
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    for (const part of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(policy).toContain(part)
    }
    expect(policy).not.toContain('unsafe')
    // The pages read the nonce from the request, so both must say the same.
    expect(JSON.parse(body).headers['content-security-policy']).toBe(policy)
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '')
  }
  expect(nonces.size).toBe(3)
})

test('a client cannot choose the nonce', async () => {
  const port = await aShell()
  const { body } = await ask(port, '/map', { 'content-security-policy': "script-src 'nonce-mine'" })
  expect(body).not.toContain('mine')
})

test('a foreign Host header is refused with a problem, whatever the path', async () => {
  const port = await aShell()
  for (const path of ['/', '/api/v1/topology', '/livez']) {
    const answer = await ask(port, path, { host: 'evil.example' })
    expect(answer.status).toBe(421)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(answer.body)).toMatchObject({ status: 421, title: 'Misdirected request' })
  }
})

test('names given as allowed hosts are answered', async () => {
  const port = await aShell({ allowedHosts: ['sluice.example.com', '[2001:db8::1]'] })
  expect((await ask(port, '/', { host: 'sluice.example.com' })).status).toBe(200)
  expect((await ask(port, '/', { host: '[2001:db8::1]:3000' })).status).toBe(200)
})

test('probes are answered under a bare address', async () => {
  const port = await aShell()
  for (const path of ['/livez', '/readyz?verbose', '/metrics']) expect((await ask(port, path, { host: '10.1.2.3:3000' })).status).toBe(200)
  expect((await ask(port, '/api/v1/status', { host: '10.1.2.3:3000' })).status).toBe(421)
})

test('a page of another origin cannot post', async () => {
  const port = await aShell()
  const post = (headers: Record<string, string>) => ask(port, '/api/v1/flows', headers, 'POST', '{}')
  expect((await post({})).status).toBe(200)
  expect((await post({ origin: `http://127.0.0.1:${port}` })).status).toBe(200)
  expect((await post({ 'sec-fetch-site': 'same-origin', origin: `http://127.0.0.1:${port}` })).status).toBe(200)
  expect((await post({ origin: 'http://evil.example' })).status).toBe(403)
  expect((await post({ origin: 'null' })).status).toBe(403)
  expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await post({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
})

test('under a base path, everything else is not found, and probes are handed on with it', async () => {
  const port = await aShell({ basePath: '/tools/sluice' })
  for (const path of ['/', '/map', '/tools', '/tools/sluicex', '/tools/sluice2/map']) expect((await ask(port, path)).status).toBe(404)
  for (const path of ['/tools/sluice', '/tools/sluice/', '/tools/sluice/map?q=a', '/tools/sluice?x']) {
    expect(JSON.parse((await ask(port, path)).body).url).toBe(path)
  }
  expect(JSON.parse((await ask(port, '/readyz?verbose')).body).url).toBe('/tools/sluice/readyz?verbose')
})

test('methods that nothing uses are refused with the ones that are', async () => {
  const port = await aShell()
  for (const method of ['PUT', 'DELETE', 'TRACE', 'OPTIONS', 'PATCH']) {
    const answer = await ask(port, '/', {}, method)
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD, POST')
  }
})

test('an upgrade is not answered with one', async () => {
  const port = await aShell()
  const answer = await askRaw(
    port,
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 (200|400)/)
})

test('a request target that is not a path is refused', async () => {
  const port = await aShell()
  for (const target of ['http://localhost/map', '//evil.example/map', '*']) {
    expect(await askRaw(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/)
  }
})

test('a long URL and long headers are refused', async () => {
  const port = await aShell()
  expect((await ask(port, `/map?q=${'a'.repeat(9_000)}`)).status).toBe(414)
  expect((await ask(port, '/map', { cookie: 'a'.repeat(20_000) })).status).toBe(431)
})

test('before the pages are ready the answer is 503 and says when to ask again', async () => {
  const port = await aShell({}, null)
  const answer = await ask(port, '/readyz')
  expect(answer.status).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
})

test('a port in use is one sentence', async () => {
  const port = await aShell()
  const other = createServerShell(DEFAULT_CONFIG)
  const attempt = listen(other.server, { host: '127.0.0.1', port })
  await expect(attempt).rejects.toThrow(ListenError)
  await expect(attempt).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is in use`)
})
