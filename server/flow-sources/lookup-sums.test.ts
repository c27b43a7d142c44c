import { expect, test } from 'vitest'
import { MAX_NAMES, OTHER_NAMES } from '@/lib/flows/lookup-names'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { BatchBuilder } from './batch-builder'
import { decodeLine } from './decode-line'

const NOW = Date.UTC(2026, 4, 4, 10)

function batchOf(lines: readonly string[]) {
  const builder = new BatchBuilder()
  for (const line of lines) builder.add(decodeLine(line, null, NOW))
  return builder.take()
}

const query = (over: { client?: string; name?: string; code?: string; time?: string; seconds?: string } = {}) => {
  const { client, name, code, time, seconds } = {
    client: '10.0.0.1',
    name: 'example.com',
    code: 'NOERROR',
    time: '2026-05-04T09:59:50.5Z',
    seconds: '0.001',
    ...over,
  }
  return `${time} [INFO] ${client}:40000 - 1 "A IN ${name}. udp 30 false 512" ${code} qr 70 ${seconds}s`
}

test('look-ups that are alike are one flow with their number', () => {
  const batch = batchOf([
    query(),
    query({ seconds: '0.003' }),
    query({ name: 'example.org' }),
    query({ code: 'NXDOMAIN' }),
    query({ client: '10.0.0.2' }),
    query(),
  ])
  expect(batch.flows.map(({ count }) => count)).toEqual([3, 1, 1, 1])
  expect(batch.flows[0]).toMatchObject({ bytes: 300, sourcePort: null, l7: { latencyMs: expect.closeTo(5 / 3, 6) } })
  expect(Object.fromEntries(batch.ignored)).toEqual({ 'repeat/same-lookup': 2 })
})

test('each ten seconds and each batch begin anew', () => {
  const builder = new BatchBuilder()
  for (const line of [query(), query({ time: '2026-05-04T10:00:00.1Z' }), query()]) builder.add(decodeLine(line, null, NOW))
  expect(builder.size).toBe(2)
  expect(builder.take().flows.map(({ count }) => count)).toEqual([2, 1])
  builder.add(decodeLine(query(), null, NOW))
  expect(builder.take().flows.map(({ count }) => count)).toEqual([1])
})

test('the window counts every look-up, and a client that makes names up gets one name for the rest', () => {
  const pipeline = aPipeline()
  const names = Array.from({ length: MAX_NAMES + 50 }, (_, index) => query({ name: `n${index}.example.com` }))
  pipeline.accept('dns', batchOf([query(), query(), query({ client: '10.0.0.2' }), ...names]), NOW)
  const edges = pipeline.window.edges(NOW - 60_000, NOW + 60_000)
  expect(edges.map(({ source, verdicts }) => [source.ref, verdicts.unknown]).sort()).toEqual([
    ['ip:10.0.0.1', MAX_NAMES + 52],
    ['ip:10.0.0.2', 1],
  ])
  const all = { matches: () => true, from: null, to: null, cursor: null, limit: 1_000 }
  const paths = pipeline.recent.page(all).flows.map(({ l7 }) => l7?.path)
  // One of the names that it may have was asked for first.
  expect(paths.filter((path) => path === OTHER_NAMES)).toHaveLength(51)
  expect(paths.filter((path) => path === 'example.com')).toHaveLength(2)

  pipeline.accept('dns', batchOf([query(), query({ name: 'later.example.com' })]), NOW + 400_000)
  expect(pipeline.recent.page({ ...all, limit: 2 }).flows.map(({ l7 }) => l7?.path)).toEqual(['later.example.com', 'example.com'])
})
