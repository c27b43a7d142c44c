import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { ApiStandIn, textOf } from './testing/api-stand-in'
import { aServer, atEnd, connected } from './testing/with-server'

test('requests share one HTTP/2 session', async () => {
  const server = await aServer()
  server.handler = (request, response) => void response.end(`${request.httpVersion} ${request.method} ${request.url}`)
  const connection = connected(server.settings())
  const answers = await Promise.all(['/a', '/b?c=1', '/d'].map((path) => connection.request({ path })))
  expect(await Promise.all(answers.map(({ body }) => textOf(body)))).toEqual(['2.0 GET /a', '2.0 GET /b?c=1', '2.0 GET /d'])
  expect(server.connections).toBe(1)
})

test('many watches at once print no warning about listeners', async () => {
  const server = await aServer()
  server.handler = (_, response) => void setTimeout(() => response.end(), 50)
  const connection = connected(server.settings())
  const warnings: Error[] = []
  const keep = (warning: Error) => warnings.push(warning)
  process.on('warning', keep)
  await Promise.all(Array.from({ length: 30 }, (_, index) => connection.request({ path: `/${index}` })))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', keep)
  expect(warnings).toEqual([])
})

test('a server that speaks HTTP/1.1 only is asked over HTTP/1.1', async () => {
  const server = await aServer({ http: 1 })
  server.handler = (request, response) => void response.end(`${request.httpVersion} ${request.url}`)
  const connection = connected(server.settings())
  const answers = await Promise.all(['/a', '/b'].map((path) => connection.request({ path })))
  expect(await Promise.all(answers.map(({ body }) => textOf(body)))).toEqual(['1.1 /a', '1.1 /b'])
})

test('the path of the server begins every request, and headers say who asks and as whom', async () => {
  const server = await aServer()
  server.handler = (request, response) => {
    const { 'impersonate-user': user, 'impersonate-group': groups, 'user-agent': agent, accept } = request.headers
    response.end(JSON.stringify([request.url, user, groups, agent, accept]))
  }
  const impersonation = new Map<string, string | readonly string[]>([
    ['impersonate-user', 'jo'],
    ['impersonate-group', ['dev', 'ops']],
  ])
  const settings = server.settings({ server: `${server.settings().server}/k8s/clusters/c-1`, impersonation })
  const answer = await connected(settings, { userAgent: 'sluice/1' }).request({ path: '/api', accept: 'application/json;as=Table' })
  expect(JSON.parse(await textOf(answer.body))).toEqual([
    '/k8s/clusters/c-1/api',
    'jo',
    'dev, ops',
    'sluice/1',
    'application/json;as=Table',
  ])
})

test.each([1, 2] as const)('HTTP/%s: a question is posted, and status and headers come back', async (http) => {
  const server = await aServer({ http })
  server.handler = async (request, response) => {
    const parts: Uint8Array[] = []
    for await (const part of request) parts.push(part)
    response.writeHead(403, { 'x-seen': `${request.method} ${request.headers['content-type']}`, 'retry-after': '3' })
    response.end(Buffer.concat(parts))
  }
  const answer = await connected(server.settings()).request({ path: '/review', method: 'POST', body: '{"a":"ü"}' })
  expect([answer.status, answer.headers.get('x-seen'), answer.headers.get('retry-after')]).toEqual([403, 'POST application/json', '3'])
  expect(await textOf(answer.body)).toBe('{"a":"ü"}')
})

test('a large body comes whole', async () => {
  const server = await aServer()
  const large = Buffer.alloc(20_000_000, 'abcdefghij')
  server.handler = (_request, response) => void response.end(large)
  const answer = await connected(server.settings()).request({ path: '/' })
  expect((await textOf(answer.body)) === large.toString()).toBe(true)
})

test('a server without TLS is asked over HTTP/1.1', async () => {
  const plain = createServer((request, response) => response.end(`${request.httpVersion} ${request.headers.host}`))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  atEnd(() => plain.close())
  const server = await aServer()
  const address = plain.address()
  const port = typeof address === 'object' ? address?.port : 0
  const connection = connected(server.settings({ server: `http://127.0.0.1:${port}` }))
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe(`1.1 127.0.0.1:${port}`)
})

test('a server that changes from HTTP/1.1 to HTTP/2 and back is followed', async () => {
  const old = await aServer({ http: 1 })
  const { authority, port } = old
  const connection = connected(old.settings())
  const ask = async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const answer = await connection.request({ path: '/' }).catch(() => null)
      if (answer !== null) return textOf(answer.body)
    }
    return 'no answer'
  }
  const say: ApiStandIn['handler'] = (request, response) => void response.end(request.httpVersion)
  old.handler = say
  expect(await ask()).toBe('1.1')
  await old.stop()
  const next = await new ApiStandIn({ authority }).start(port)
  next.handler = say
  expect(await ask()).toBe('2.0')
  await next.stop()
  const back = await new ApiStandIn({ authority, http: 1 }).start(port)
  atEnd(() => back.stop())
  back.handler = say
  expect(await ask()).toBe('1.1')
})
