import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HttpClient } from './http-client'

const NO_ACCESS = { ca: null, cert: null, key: null, tokenFile: null, serverName: null }

let server: Server
let folder: string
let answer: RequestListener

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-http-'))
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

function url(prefix = ''): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
}

function ask(client: HttpClient, path = '/api', signal = new AbortController().signal) {
  return client.ask({ path }, signal)
}

test('the prefix of the URL stands before every path, and a form is posted', async () => {
  const seen: string[] = []
  answer = (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    request.on('data', (chunk) => seen.push(String(chunk)))
    request.on('end', () => response.end('{}'))
  }
  const client = new HttpClient({ url: url('/prometheus/'), access: NO_ACCESS })
  await client.ask({ path: '/api/v1/query', form: new URLSearchParams({ query: 'a{b="c&d"}' }) }, new AbortController().signal)
  expect(seen).toEqual(['POST /prometheus/api/v1/query', 'query=a%7Bb%3D%22c%26d%22%7D'])
  client.close()
})

test('the token is read again for every request, and an empty file is said', async () => {
  const tokenFile = join(folder, 'token')
  const seen: (string | undefined)[] = []
  answer = ({ headers }, response) => {
    seen.push(headers.authorization)
    response.end('{}')
  }
  const client = new HttpClient({ url: url(), access: { ...NO_ACCESS, tokenFile } })
  await expect(ask(client)).rejects.toThrow(`the token file ${tokenFile} cannot be read`)
  writeFileSync(tokenFile, 'first\n')
  await ask(client)
  writeFileSync(tokenFile, 'second\n')
  await ask(client)
  writeFileSync(tokenFile, 'two\nlines\n')
  await expect(ask(client)).rejects.toThrow('holds no token')
  expect(seen).toEqual(['Bearer first', 'Bearer second'])
  client.close()
})

test('user and password of the URL are sent, and are in no message', async () => {
  const seen: (string | undefined)[] = []
  answer = ({ headers }, response) => {
    seen.push(headers.authorization)
    response.statusCode = 401
    response.end()
  }
  const client = new HttpClient({ url: url().replace('http://', 'http://me:se%40cret@'), access: NO_ACCESS })
  const error = await ask(client).catch((thrown: unknown) => thrown)
  expect(seen).toEqual([`Basic ${Buffer.from('me:se@cret').toString('base64')}`])
  expect(String(error)).toContain('does not accept our credentials (401)')
  expect(String(error)).not.toContain('cret')
  client.close()
})

test('redirects are followed on the same server only', async () => {
  answer = (request, response) => {
    if (request.url === '/api') response.writeHead(307, { location: '/moved' })
    else if (request.url === '/away') response.writeHead(302, { location: 'http://login.example.com/?to=prometheus' })
    else if (request.url === '/round') response.writeHead(301, { location: '/round' })
    response.end('{}')
  }
  const client = new HttpClient({ url: url(), access: { ...NO_ACCESS } })
  expect((await ask(client)).status).toBe(200)
  await expect(ask(client, '/away')).rejects.toThrow('redirects to login.example.com, which is not asked')
  await expect(ask(client, '/round')).rejects.toThrow('redirects more than 3 times')
  client.close()
})

test('an answer that never ends is cut off in bytes and in time', async () => {
  answer = (request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(request.url === '/slow' ? 1 : 10_000)), 5)
    response.on('close', () => clearInterval(timer))
  }
  const long = new HttpClient({ url: url(), access: NO_ACCESS, maxBytes: 50_000 })
  await expect(ask(long)).rejects.toThrow('more than 50000 bytes')
  long.close()
  const slow = new HttpClient({ url: url(), access: NO_ACCESS, timeoutMs: 300 })
  await expect(ask(slow, '/slow')).rejects.toThrow('did not answer within 0.3 s')
  slow.close()
})

test('a refusal says its reason in the words of the server, on one line', async () => {
  answer = ({ url: path }, response) => {
    response.statusCode = path === '/html' ? 502 : 422
    response.end(path === '/html' ? '<html>gateway</html>' : JSON.stringify({ status: 'error', error: 'many\n matches' }))
  }
  const client = new HttpClient({ url: url(), access: NO_ACCESS })
  await expect(ask(client)).rejects.toThrow(/answers with 422: many {2}matches$/)
  await expect(ask(client, '/html')).rejects.toThrow(/answers with 502$/)
  client.close()
})

test('nobody there, and a name that is not known, are said', async () => {
  const gone = new HttpClient({ url: 'http://127.0.0.1:1', access: NO_ACCESS })
  await expect(ask(gone)).rejects.toThrow('127.0.0.1:1 cannot be asked: nothing listens there')
  const plain = new HttpClient({ url: url().replace('http:', 'https:'), access: NO_ACCESS })
  answer = (_, response) => response.end()
  await expect(ask(plain)).rejects.toThrow('it does not speak TLS')
})
