import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { VERDICTS } from '@/lib/flows/flow'
import { isBalanced } from '@/lib/flows/ledger'
import type { FlowBatch, FlowPipeline } from '@/lib/flows/pipeline'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import type { FlowEdge } from '@/lib/flows/window-types'
import { fixturesDir } from '@/testing/fixtures'
import { BatchBuilder } from '../batch-builder'
import { decodeLine } from '../decode-line'
import { createFileSource } from '../file-source'
import { IngestReader } from '../ingest'

const dir = fixturesDir()
const folder = dir === null ? null : join(dir, 'flows', 'hubble')
const NOW = Date.UTC(2026, 10, 22)

/** What each recording holds, as its README and SOURCE say. */
const FACTS: readonly { file: string; lines: number; flows: number; dropped: number; error: number; audit: number }[] = [
  { file: 'cilium-1.10-gke-kind-mixed.jsonl', lines: 165, flows: 165, dropped: 0, error: 0, audit: 0 },
  { file: 'exporter-fieldmask-drops.jsonl', lines: 2, flows: 2, dropped: 1, error: 1, audit: 0 },
  { file: 'relay-status.recorded.jsonl', lines: 6, flows: 0, dropped: 0, error: 0, audit: 0 },
  { file: 'no-licence/public-quotes.jsonl', lines: 8, flows: 7, dropped: 2, error: 0, audit: 1 },
  { file: 'no-licence/drop-twin-cilium-1.20.jsonl', lines: 2, flows: 2, dropped: 1, error: 0, audit: 0 },
  { file: 'no-licence/cilium-1.19-exporter-tke.jsonl', lines: 1, flows: 1, dropped: 0, error: 0, audit: 0 },
]

function linesOf(file: string): readonly string[] {
  return readFileSync(join(folder ?? '', file), 'utf8')
    .trimEnd()
    .split('\n')
}

function batchOf(file: string): FlowBatch {
  const builder = new BatchBuilder()
  for (const line of linesOf(file)) builder.add(decodeLine(line, 'hubble', NOW))
  return builder.take()
}

function totals(pipeline: FlowPipeline): Record<string, number> {
  const edges = pipeline.window.edges(NOW - 60_000, NOW + 60_000)
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, edges.reduce((sum, edge) => sum + edge.verdicts[verdict], 0)]))
}

function edgeBetween(pipeline: FlowPipeline, source: string, destination: string): FlowEdge | undefined {
  const edges = pipeline.window.edges(NOW - 60_000, NOW + 60_000)
  return edges.find((edge) => edge.source.ref === source && edge.destination.ref === destination)
}

describe.skipIf(folder === null)('recordings of Hubble', () => {
  test('every recording has its facts here', () => {
    const found = readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))
    expect(found.sort()).toEqual(FACTS.map(({ file }) => file).sort())
  })

  test.each(FACTS)('$file: every line is a flow or ignored with a reason, and refusals count as stated', (fact) => {
    const batch = batchOf(fact.file)
    expect(batch.rejected.size).toBe(0)
    expect(batch.flows.length).toBe(fact.flows)
    const pipeline = aPipeline()
    pipeline.accept('hubble', batch, NOW)
    const entry = pipeline.ledger.source('hubble').entry()
    expect(entry.received).toBe(fact.lines)
    expect(isBalanced(entry)).toBe(true)
    expect(entry.dropped).toEqual({})
    expect(totals(pipeline)).toMatchObject({ dropped: fact.dropped, error: fact.error, audit: fact.audit, unknown: 0 })
  })

  test('the two events of one refused packet count once', () => {
    const pipeline = aPipeline()
    const { added } = pipeline.accept('hubble', batchOf('no-licence/drop-twin-cilium-1.20.jsonl'), NOW)
    expect(added).toHaveLength(1)
    expect(added[0]).toMatchObject({
      verdict: 'dropped',
      reason: 'policy/default-deny',
      policies: [],
      source: { ref: 'cf2cnp-lab27/kiosk' },
      destination: { workload: 'cf2cnp-lab27/shop-frontend[Deployment]' },
      node: 'poc1-control-plane',
    })
    expect(pipeline.ledger.source('hubble').entry().ignored).toEqual({ 'repeat/drop-twin': 1 })
  })

  test('a denying rule is named by the record, a default deny is not', () => {
    const pipeline = aPipeline()
    pipeline.accept('hubble', batchOf('no-licence/public-quotes.jsonl'), NOW)
    const denied = edgeBetween(pipeline, 'net-lab/traffic-generator-9b649846d-bxqfc', 'net-lab/echo-server-65887564dc-jjw7k')
    expect(denied).toMatchObject({
      port: 80,
      policies: [{ policy: 'CiliumNetworkPolicy:net-lab/deny-tg-to-echo', confidence: 'stated', count: 1 }],
      reasons: [{ reason: 'policy/rule-deny', count: 1 }],
    })
    const byDefault = edgeBetween(pipeline, 'agent-restricted/agent-probe', 'corp-prod/corp-prod-target')
    expect(byDefault).toMatchObject({ verdicts: { dropped: 1 }, policies: [], reasons: [{ reason: 'policy/default-deny' }] })
  })

  test('a reply without its envelope is turned round: the client is the source', () => {
    const pipeline = aPipeline()
    pipeline.accept('hubble', batchOf('no-licence/public-quotes.jsonl'), NOW)
    expect(edgeBetween(pipeline, 'default/kapinger-bad-6b5b787dc9-ds4j4', 'default/kapinger-good-64cbf459c4-q4tr9')).toMatchObject({
      port: 8080,
      verdicts: { forwarded: 1 },
    })
    expect(edgeBetween(pipeline, 'cf2cnp-lab/pos', 'dns:example.com')).toMatchObject({ port: 443 })
  })

  test('no server port of the recordings is a client port, and no query string or header is kept', () => {
    for (const { file } of FACTS) {
      for (const flow of batchOf(file).flows) {
        if (!flow.guessedOrder && flow.port !== null) expect(flow.port).toBeLessThan(32_768)
        expect(flow.l7?.path ?? '').not.toMatch(/[?]|https?:/)
        expect(JSON.stringify(flow)).not.toMatch(/User-Agent|X-Request-Id/i)
      }
    }
  })

  test('requests carry their answers: one row with status and latency', () => {
    const pipeline = aPipeline()
    pipeline.accept('hubble', batchOf('cilium-1.10-gke-kind-mixed.jsonl'), NOW)
    const { flows } = pipeline.recent.page({
      matches: (flow) => flow.l7?.protocol === 'http',
      from: null,
      to: null,
      cursor: null,
      limit: 100,
    })
    const answered = flows.filter((flow) => flow.l7?.type === 'response')
    expect(answered.length).toBeGreaterThan(0)
    for (const flow of answered) expect(flow.l7?.code).toMatch(/^\d{3}$/)
    expect(pipeline.ledger.source('hubble').entry().ignored['repeat/l7-response']).toBeGreaterThan(0)
  })

  test('one lost event at the beginning of a history is no loss', () => {
    const batch = batchOf('relay-status.recorded.jsonl')
    expect(batch.lostAtSource).toBe(0)
    expect(Object.fromEntries(batch.ignored)).toEqual({ 'node-status': 5, 'history-begins': 1 })
  })

  test.each(FACTS)('$file: the file source reads the same', async ({ file }) => {
    const source = createFileSource({ name: 'file', path: join(folder ?? '', file), follow: false, now: () => NOW })
    const read: FlowBatch[] = []
    // How far the file is read is its own.
    for await (const { positions: _, mayRepeat: __, ...batch } of source.batches(new AbortController().signal, () => {})) read.push(batch)
    expect(read).toEqual([batchOf(file)])
  })

  test.each(FACTS)('$file: a posted body reads the same, plain, gzip and as an array', async ({ file, flows, lines }) => {
    const text = readFileSync(join(folder ?? '', file))
    const array = Buffer.from(`[${linesOf(file).join(',\n')}]`)
    for (const [body, encoding] of [
      [text, null],
      [gzipSync(text), 'gzip'],
      [array, null],
    ] as const) {
      // One that read a history before takes the beginning of this one for a loss.
      const result = await new IngestReader().read({ body: inChunks(body), encoding, format: null }, NOW)
      expect(result).toMatchObject({ ok: true, value: { accepted: flows, ignored: lines - flows, rejected: [] } })
      expect(result.ok && result.value.batches).toEqual([batchOf(file)])
    }
  })
})

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 777) yield bytes.subarray(start, start + 777)
}
