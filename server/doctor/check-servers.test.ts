import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_CONFIG } from '../config'
import { checkSources } from './check-sources'

const NOW = Date.UTC(2026, 0, 1)

let server: Server
let url: string
/** Answers by the beginning of the path. */
let answers: ReadonlyMap<string, object>

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume()
    const found = [...answers].find(([path]) => request.url?.startsWith(path))
    response.statusCode = found === undefined ? 404 : 200
    response.end(JSON.stringify(found?.[1] ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const present = (name: string) => ({
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: { __name__: name, job: 'mesh' }, value: [1, '3'] }] },
})
const streams = (result: readonly object[]) => ({ status: 'success', data: { resultType: 'streams', result } })

async function check(kind: 'prometheus' | 'netobserv-loki') {
  const config = { ...DEFAULT_CONFIG, flows: [{ kind, url, tenant: null, labels: [] }] }
  const [found] = await checkSources(config, null, NOW)
  return found
}

test('a Prometheus says who it is and what can be read of it', async () => {
  answers = new Map<string, object>([
    ['/api/v1/status/buildinfo', { status: 'success', data: { version: '2.53.0' } }],
    ['/api/v1/query', present('istio_requests_total')],
    ['/api/v1/labels', { status: 'success', data: ['source_workload', 'destination_workload'] }],
  ])
  expect(await check('prometheus')).toMatchObject({
    state: 'ok',
    message: expect.stringMatching(/is Prometheus 2\.53\.0, and has Istio requests, Istio requests to what has no proxy$/),
  })
})

test('a Prometheus without edges says what to switch on, and one that is none is a problem', async () => {
  answers = new Map<string, object>([
    ['/api/v1/query', present('hubble_drop_total')],
    ['/api/v1/labels', { status: 'success', data: ['reason'] }],
  ])
  expect(await check('prometheus')).toMatchObject({ state: 'warning', fixes: [expect.stringContaining('labelsContext=')] })
  answers = new Map()
  expect(await check('prometheus')).toMatchObject({ state: 'problem', message: expect.stringContaining('no such address (404)') })
})

test('a Loki with records is fine, one without them is mentioned', async () => {
  answers = new Map([['/loki/api/v1/query_range', streams([{ stream: {}, values: [['1767225600000000000', '{}']] }])]])
  expect(await check('netobserv-loki')).toMatchObject({ state: 'ok' })
  answers = new Map([['/loki/api/v1/query_range', streams([])]])
  expect(await check('netobserv-loki')).toMatchObject({ state: 'warning', fixes: [expect.stringContaining('tenant')] })
})
