import { expect, test } from 'vitest'
import { textOf } from './testing/api-stand-in'
import { aServer, connected } from './testing/with-server'

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
