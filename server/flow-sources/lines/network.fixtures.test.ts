import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import type { LineFormatId } from '@/lib/api/line-format-ids'
import { VERDICTS } from '@/lib/flows/flow'
import { isBalanced } from '@/lib/flows/ledger'
import type { FlowBatch } from '@/lib/flows/pipeline'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { fixturesDir } from '@/testing/fixtures'
import { BatchBuilder } from '../batch-builder'
import { decodeLine } from '../decode-line'
import { createFileSource } from '../file-source'
import { IngestReader } from '../ingest'
import { LineMemory } from './line-memory'

const dir = fixturesDir()
const folder = dir === null ? null : join(dir, 'flows')
const NOW = Date.UTC(2026, 10, 23)

type Fact = {
  readonly file: string
  readonly format?: LineFormatId
  readonly lines: number
  /** Lines that are flows; the others are ignored, none is rejected. */
  readonly flows: number
  /** Connections by verdict, each counted once. */
  readonly counted: Readonly<Record<string, number>>
  readonly policies?: readonly string[]
}

/** What each recording holds, as its README and SOURCE say. */
const FACTS: readonly Fact[] = [
  {
    file: 'gke/policy_action.log.jsonl',
    lines: 4,
    flows: 4,
    counted: { forwarded: 3, dropped: 1 },
    policies: ['FQDNNetworkPolicy:default/client-allow', 'NetworkPolicy:default/np'],
  },
  // The last connection but one is told by both of its ends.
  { file: 'aws/network-policy-agent.log.jsonl', lines: 7, flows: 7, counted: { forwarded: 5, dropped: 1 } },
  { file: 'aws/cloudwatch-audit.format.txt', lines: 1, flows: 1, counted: { dropped: 1 } },
  {
    file: 'ovn/acl-audit-ovnk.log',
    lines: 4,
    flows: 4,
    counted: { forwarded: 2, dropped: 1 },
    policies: ['AdminNetworkPolicy:cluster-control'],
  },
  {
    file: 'ovn/acl-audit-kubeovn.log',
    lines: 2,
    flows: 2,
    counted: { forwarded: 1, dropped: 1 },
    policies: ['NetworkPolicy:default/allow-from-client'],
  },
  {
    file: 'antrea/np.log',
    lines: 5,
    flows: 5,
    counted: { forwarded: 1, dropped: 3 },
    policies: ['NetworkPolicy:default/allow-tcp-80', 'NetworkPolicy:default/reject-icmp-policy', 'NetworkPolicy:default/reject-tcp-policy'],
  },
  {
    file: 'calico-flowlog/enterprise-docs.jsonl',
    lines: 1,
    flows: 1,
    counted: { audit: 1 },
    policies: ['StagedNetworkPolicy:ns2/tier1.policy1'],
  },
  {
    file: 'calico-flowlog/no-licence/felix-flows.log.jsonl',
    lines: 1,
    flows: 1,
    counted: { dropped: 1 },
    policies: ['NetworkPolicy:hipstershop/app-hipstershop.checkoutservice'],
  },
  {
    file: 'calico-flowlog/no-licence/felix-syslog-deny.log',
    lines: 4,
    flows: 4,
    counted: { dropped: 4 },
    policies: ['GlobalNetworkPolicy:security.hep-external'],
  },
  { file: 'ulogd/nflog-group100.jsonl', lines: 9, flows: 9, counted: { unknown: 6 } },
  { file: 'ulogd/nflog-group100.jsonl', format: 'kube-router', lines: 9, flows: 9, counted: { dropped: 6 } },
  { file: 'ulogd/nfct-flows.jsonl', lines: 10, flows: 10, counted: { forwarded: 5 } },
  { file: 'conntrack/conntrack-E.timestamp-id-extended.log', lines: 26, flows: 26, counted: { forwarded: 5 } },
  // Around the flows stand the declaration and the element that holds them.
  { file: 'conntrack/conntrack-E.xml', lines: 29, flows: 26, counted: { forwarded: 5 } },
  {
    file: 'netobserv/flp-stdout.recorded.jsonl',
    lines: 6,
    flows: 6,
    counted: { forwarded: 1, dropped: 1, error: 1, unknown: 2 },
    policies: ['AdminNetworkPolicy:cluster-control', 'NetworkPolicy:shop/allow-frontend'],
  },
  { file: 'netobserv/flow_records.merged.jsonl', lines: 50, flows: 50, counted: { forwarded: 1, unknown: 16 } },
  { file: 'fluent/kubernetes-filter-records.jsonl', lines: 1, flows: 0, counted: {} },
]

function linesOf(file: string): readonly string[] {
  return readFileSync(join(folder ?? '', file), 'utf8')
    .trimEnd()
    .split('\n')
}

function batchOf({ file, format }: Fact): FlowBatch {
  const builder = new BatchBuilder()
  const memory = new LineMemory()
  for (const line of linesOf(file)) builder.add(decodeLine(line, format ?? null, NOW, { memory }))
  return builder.take()
}

/** Flows without what only some ways of sending a line say. */
function plain(batches: readonly FlowBatch[]) {
  return batches.flatMap(({ flows }) =>
    flows.map(({ source, destination, port, verdict, policies, bytes, phase }) => ({
      source,
      destination,
      port,
      verdict,
      policies,
      bytes,
      phase,
    })),
  )
}

describe.skipIf(folder === null)('recordings of the network', () => {
  test.each(FACTS)('$file as $format: every line is a flow or ignored, and counts as stated', (fact) => {
    const batch = batchOf(fact)
    expect([...batch.rejected]).toEqual([])
    expect(batch.flows.length).toBe(fact.flows)
    const pipeline = aPipeline()
    pipeline.accept('lines', batch, NOW)
    const entry = pipeline.ledger.source('lines').entry()
    expect(entry.received).toBe(fact.lines)
    expect(isBalanced(entry)).toBe(true)
    const edges = pipeline.window.edges(NOW - 60_000, NOW + 60_000)
    const counted = VERDICTS.map((verdict) => [verdict, edges.reduce((sum, edge) => sum + edge.verdicts[verdict], 0)] as const)
    expect(Object.fromEntries(counted.filter(([, count]) => count > 0))).toEqual(fact.counted)
    const policies = new Set(batch.flows.flatMap((flow) => flow.policies.map(({ policy }) => policy as string)))
    expect([...policies].sort()).toEqual([...(fact.policies ?? [])].sort())
  })

  test.each(FACTS)('$file as $format: posted plain, packed and wrapped by Fluent Bit it says the same', async (fact) => {
    const lines = linesOf(fact.file)
    const kubernetes = { pod_name: 'agent-1', namespace_name: 'kube-system', container_name: 'agent', host: 'node-1' }
    const wrapped = lines.map((log, index) => ({ date: NOW / 1_000 + index, stream: 'stdout', logtag: 'F', log, kubernetes }))
    const bodies: readonly (readonly [string, Uint8Array, string | null])[] = [
      ['plain', Buffer.from(lines.join('\n')), null],
      ['gzip', gzipSync(lines.join('\n')), 'gzip'],
      ['Fluent Bit, array', Buffer.from(JSON.stringify(wrapped)), null],
      ['Fluent Bit, glued', Buffer.from(wrapped.map((record) => JSON.stringify(record)).join('')), null],
      ['Fluent Bit, MessagePack', Buffer.concat(wrapped.map((record) => encode([[record.date, {}], record]))), null],
      ['CRI', Buffer.from(lines.map((line) => `2026-11-23T00:00:00Z stdout F ${line}`).join('\n')), null],
    ]
    for (const [name, body, encoding] of bodies) {
      const reading = await new IngestReader().read({ body: inChunks(body), encoding, format: fact.format ?? null }, NOW)
      expect(reading, name).toMatchObject({
        ok: true,
        value: { accepted: fact.flows, ignored: fact.lines - fact.flows, rejectedCount: 0 },
      })
      if (reading.ok) expect(plain(reading.value.batches), name).toEqual(plain([batchOf(fact)]))
    }
  })

  test.each(FACTS)('$file as $format: a file of it reads the same', async (fact) => {
    const path = join(folder ?? '', fact.file)
    const source = createFileSource({ name: 'file', path, format: fact.format ?? null, follow: false, now: () => NOW })
    const read: FlowBatch[] = []
    for await (const batch of source.batches(new AbortController().signal, () => {})) read.push(batch)
    expect(plain(read)).toEqual(plain([batchOf(fact)]))
  })

  test('an answer of Loki is the records that were merged from it', async () => {
    const body = readFileSync(join(folder ?? '', 'netobserv/flow_records.loki-response.json'))
    const reading = await new IngestReader().read({ body: inChunks(body), encoding: null, format: null }, NOW)
    expect(reading).toMatchObject({ ok: true, value: { accepted: 50, rejectedCount: 0 } })
    const merged = plain([batchOf({ file: 'netobserv/flow_records.merged.jsonl', lines: 50, flows: 50, counted: {} })])
    if (reading.ok) expect(plain(reading.value.batches)).toEqual(merged)
  })

  test('the Service that was addressed is known beside its backend', () => {
    for (const file of ['ulogd/nfct-flows.jsonl', 'conntrack/conntrack-E.timestamp-id-extended.log', 'conntrack/conntrack-E.xml']) {
      const { flows } = batchOf({ file, lines: 0, flows: 0, counted: {} })
      const through = flows.find(({ destination }) => destination.addressed !== undefined)
      expect(through).toMatchObject({ destination: { ip: '10.244.2.40', addressed: { ip: '10.96.0.40', port: 80 } }, port: 8080 })
    }
  })

  test('of the records of Fluent Bit one holds a request, inside of an object inside of it', () => {
    const decoded = linesOf('fluent/no-licence/fluent-bit-wrapped.jsonl').map((line) => decodeLine(line, null, NOW))
    expect(decoded.map(({ kind }) => kind)).toEqual(['ignored', 'flows', 'ignored'])
  })
})

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 777) yield bytes.subarray(start, start + 777)
}
