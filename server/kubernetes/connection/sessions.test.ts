import { constants, type Http2ServerResponse } from 'node:http2'
import { expect, test } from 'vitest'
import type { ApiResponse } from './api-connection'
import { textOf } from './testing/api-stand-in'
import { TcpRelay } from './testing/tcp-relay'
import { aServer, atEnd, connected, failureOf } from './testing/with-server'

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants

/** Begins a body and leaves it open, as a watch does. */
function beginWatch(response: object): Http2ServerResponse {
  const stream = response as Http2ServerResponse
  stream.write('begun')
  return stream
}

async function firstOf({ body }: ApiResponse): Promise<AsyncIterator<Uint8Array>> {
  const chunks = body[Symbol.asyncIterator]()
  await chunks.next()
  return chunks
}

test.each([
  ['an internal error', NGHTTP2_INTERNAL_ERROR],
  ['a cancellation', NGHTTP2_CANCEL],
  ['too many requests', NGHTTP2_ENHANCE_YOUR_CALM],
])('a stream that the server resets with %s is lost, not ended', async (_name, code) => {
  const server = await aServer()
  server.handler = (_request, response) => setTimeout(() => beginWatch(response).stream.close(code), 5)
  const answer = await connected(server.settings()).request({ path: '/' })
  const failure = await failureOf(textOf(answer.body))
  expect([failure.fault, failure.message]).toEqual(['lost', expect.stringContaining('was lost')])
})

test.each([
  ['is reset', 'resetAndDestroy'],
  ['is closed', 'destroy'],
] as const)('a connection that %s fails every stream as lost, and the next request makes a new one', async (_name, end) => {
  const server = await aServer()
  server.handler = (request, response) => (request.url === '/watch' ? beginWatch(response) : response.end('ok'))
  const connection = connected(server.settings())
  const watches = await Promise.all([1, 2, 3].map(() => connection.request({ path: '/watch' })))
  const ends = watches.map(({ body }) => failureOf(textOf(body)))
  for (const socket of server.sockets) socket[end]()
  expect((await Promise.all(ends)).map(({ fault }) => fault)).toEqual(['lost', 'lost', 'lost'])
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
})

test('a connection that went silent is found, fails as lost, and the next request makes a new one', async () => {
  const server = await aServer()
  server.handler = (request, response) => (request.url === '/watch' ? beginWatch(response) : response.end('ok'))
  const relay = new TcpRelay(server.port)
  const port = await relay.start()
  atEnd(() => relay.stop())
  const settings = server.settings({ server: `https://127.0.0.1:${port}` })
  const connection = connected(settings, { watchdog: { everyMs: 50, patienceMs: 100 } })
  const watch = await connection.request({ path: '/watch' })
  const end = failureOf(textOf(watch.body))
  relay.freeze()
  expect(await end).toMatchObject({ fault: 'lost', message: expect.stringContaining('no sign of life') })
  relay.thaw()
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
})

test('a long body on a slow line is not taken for silence', async () => {
  const server = await aServer()
  server.handler = (_request, response) => void response.end('x'.repeat(100_000))
  const relay = new TcpRelay(server.port, 2_000)
  const port = await relay.start()
  atEnd(() => relay.stop())
  const settings = server.settings({ server: `https://127.0.0.1:${port}` })
  // The answer to the first ping comes behind the body, long after its time.
  const connection = connected(settings, { watchdog: { everyMs: 20, patienceMs: 100 } })
  const answer = await connection.request({ path: '/' })
  expect((await textOf(answer.body)).length).toBe(100_000)
})

test('after GOAWAY running streams finish, and new requests take a new session', async () => {
  const server = await aServer()
  const watches: Http2ServerResponse[] = []
  server.handler = (request, response) => (request.url === '/watch' ? watches.push(beginWatch(response)) : response.end('ok'))
  const connection = connected(server.settings())
  const watch = await connection.request({ path: '/watch' })
  const chunks = await firstOf(watch)
  server.sessions[0]?.goaway(NGHTTP2_NO_ERROR)
  // Those that are sent before it arrives still go the old way.
  while (server.connections < 2) await textOf((await connection.request({ path: '/' })).body)
  watches[0]?.end(' and finished')
  const next = await chunks.next()
  expect([Buffer.from(next.value ?? []).toString(), (await chunks.next()).done]).toEqual([' and finished', true])
})

test('a request that came after GOAWAY is sent again on a new session', async () => {
  const server = await aServer()
  const seen: string[] = []
  server.handler = (request, response) => {
    seen.push(request.url ?? '')
    if (request.url === '/first') return void response.end('first')
    // The server says that it looked at nothing behind the first request.
    if (seen.filter((path) => path === '/second').length === 1) server.sessions[0]?.goaway(NGHTTP2_NO_ERROR, 1)
    else response.end('second')
  }
  const connection = connected(server.settings())
  expect(await textOf((await connection.request({ path: '/first' })).body)).toBe('first')
  expect(await textOf((await connection.request({ path: '/second' })).body)).toBe('second')
  expect([seen, server.connections]).toEqual([['/first', '/second', '/second'], 2])
})

test('where the server lets few requests run at once, further sessions carry the rest', async () => {
  const server = await aServer({ settings: { maxConcurrentStreams: 2 } })
  server.handler = (_request, response) => beginWatch(response)
  const connection = connected(server.settings())
  const watches = await Promise.all([1, 2, 3, 4, 5].map(() => connection.request({ path: '/watch' })))
  expect([watches.length, server.connections]).toEqual([5, 3])
})

test('a place that a request leaves is taken by the next', async () => {
  const server = await aServer({ settings: { maxConcurrentStreams: 1 } })
  const connection = connected(server.settings())
  for (const path of ['/a', '/b', '/c']) expect(await textOf((await connection.request({ path })).body)).toBe('ok')
  expect(server.connections).toBe(1)
})

test.each([1, 2] as const)('HTTP/%s: leaving a body ends the request at the server', async (http) => {
  const server = await aServer({ http })
  const closed = new Promise((resolve) => {
    server.handler = (_request, response) => beginWatch(response).on('close', () => resolve('closed'))
  })
  const answer = await connected(server.settings()).request({ path: '/watch' })
  for await (const _ of answer.body) break
  expect(await closed).toBe('closed')
})

test.each([1, 2] as const)('HTTP/%s: a signal ends a request before and after its answer', async (http) => {
  const server = await aServer({ http })
  server.handler = (request, response) => (request.url === '/watch' ? beginWatch(response) : undefined)
  const connection = connected(server.settings())
  for (const path of ['/silent', '/watch']) {
    const control = new AbortController()
    const outcome = failureOf(connection.request({ path, signal: control.signal }).then(({ body }) => textOf(body)))
    setTimeout(() => control.abort(), 30)
    expect((await outcome).fault).toBe('aborted')
  }
  const aborted = connection.request({ path: '/', signal: AbortSignal.abort() })
  expect((await failureOf(aborted)).fault).toBe('aborted')
})

test.each([1, 2] as const)('HTTP/%s: a server that does not answer in time is told apart from one that is gone', async (http) => {
  const server = await aServer({ http })
  const closed = new Promise((resolve) => {
    server.handler = (_request, response) => void response.on('close', () => resolve('closed'))
  })
  const failure = await failureOf(connected(server.settings()).request({ path: '/slow?a=1', timeoutMs: 50 }))
  expect([failure.fault, failure.message]).toEqual(['timeout', `https://127.0.0.1:${server.port} did not answer /slow within 0.05 s`])
  expect(await closed).toBe('closed')
})

test.each([1, 2] as const)('HTTP/%s: closing ends everything, and nothing begins afterwards', async (http) => {
  const server = await aServer({ http })
  server.handler = (_request, response) => beginWatch(response)
  const connection = connected(server.settings())
  const watches = await Promise.all([1, 2].map(() => connection.request({ path: '/watch' })))
  const ends = watches.map(({ body }) => failureOf(textOf(body)))
  connection.close()
  expect((await Promise.all(ends)).map(({ fault }) => fault)).toEqual(['aborted', 'aborted'])
  expect((await failureOf(connection.request({ path: '/' }))).fault).toBe('aborted')
})

test('HTTP/1.1: a body that breaks off is lost, and a kept connection that the server closed is replaced', async () => {
  const server = await aServer({ http: 1 })
  server.handler = (request, response) => (request.url === '/watch' ? beginWatch(response) : response.end('ok'))
  const connection = connected(server.settings())
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
  const watch = await connection.request({ path: '/watch' })
  const end = failureOf(textOf(watch.body))
  for (const socket of server.sockets) socket.destroy()
  expect((await end).fault).toBe('lost')
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
})
