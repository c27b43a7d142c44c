import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ObservedFlow, Verdict } from '@/lib/flows/flow'
import { isBalanced } from '@/lib/flows/ledger'
import { aBatch, aPipeline } from '@/lib/flows/testing/a-pipeline'
import { fixturesDir } from '@/testing/fixtures'
import { decodeLine } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { IngestReader } from '../ingest'

const dir = fixturesDir()
const folder = dir === null ? null : join(dir, 'flows')
const NOW = Date.UTC(2026, 10, 23)

type Facts = {
  readonly file: string
  readonly lines: number
  /** Lines that are flows, and the flows in them: a gateway's line has two, one that tried two backends as well. */
  readonly read: number
  readonly flows: number
  readonly verdicts: Partial<Record<Verdict, number>>
}

/** What each recording holds, as its README and SOURCE say. No line of any of them is rejected. */
const FACTS: readonly Facts[] = [
  { file: 'istio/access-text-default.log', lines: 2, read: 2, flows: 2, verdicts: { forwarded: 2 } },
  {
    file: 'istio/no-licence/access-text-rbac-and-ratelimit.log',
    lines: 4,
    read: 4,
    flows: 4,
    verdicts: { dropped: 2, forwarded: 1, error: 1 },
  },
  { file: 'istio/no-licence/access-json.jsonl', lines: 3, read: 3, flows: 4, verdicts: { forwarded: 3, error: 1 } },
  { file: 'istio/no-licence/ztunnel-access.log', lines: 1, read: 1, flows: 1, verdicts: { dropped: 1 } },
  { file: 'linkerd/access-log.apache.log', lines: 5, read: 5, flows: 5, verdicts: { forwarded: 5 } },
  { file: 'linkerd/access-log.jsonl', lines: 5, read: 5, flows: 5, verdicts: { forwarded: 5 } },
  { file: 'ingress-nginx/access.upstreaminfo.recorded.log', lines: 8, read: 8, flows: 9, verdicts: { forwarded: 5, error: 3, dropped: 1 } },
  {
    file: 'ingress-nginx/access.json-custom.recorded.jsonl',
    lines: 8,
    read: 8,
    flows: 9,
    verdicts: { forwarded: 5, error: 3, dropped: 1 },
  },
  { file: 'ingress-nginx/no-licence/controller.log', lines: 3, read: 3, flows: 3, verdicts: { forwarded: 3 } },
  { file: 'traefik/access.clf.log', lines: 2, read: 2, flows: 2, verdicts: { forwarded: 1, dropped: 1 } },
  { file: 'traefik/no-licence/access.jsonl', lines: 1, read: 1, flows: 1, verdicts: { forwarded: 1 } },
  { file: 'coredns/coredns.log', lines: 1, read: 1, flows: 1, verdicts: { unknown: 1 } },
  { file: 'coredns/k8s-docs.log', lines: 9, read: 2, flows: 2, verdicts: { unknown: 2 } },
  { file: 'coredns/no-licence/cluster.log', lines: 6, read: 6, flows: 6, verdicts: { unknown: 6 } },
  { file: 'fluent/kubernetes-filter-records.jsonl', lines: 1, read: 0, flows: 0, verdicts: {} },
  // An ingress-nginx record of a known controller; the two others are of web servers that nobody names.
  { file: 'fluent/no-licence/fluent-bit-wrapped.jsonl', lines: 3, read: 1, flows: 2, verdicts: { forwarded: 2 } },
]

function linesOf(file: string): readonly string[] {
  return readFileSync(join(folder ?? '', file), 'utf8')
    .trimEnd()
    .split('\n')
}

function flowsOf(decoded: DecodedLine): readonly ObservedFlow[] {
  return decoded.kind === 'flow' ? [decoded.flow] : decoded.kind === 'flows' ? decoded.flows : []
}

function verdictsOf(flows: readonly ObservedFlow[]): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {}
  for (const { verdict } of flows) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}

/** A line as Fluent Bit's Kubernetes filter sends it, and as Fluentd's does. */
const WRAPPERS: readonly ((line: string) => unknown)[] = [
  (log) => ({
    date: 1_790_000_000.5,
    log: `${log}\n`,
    stream: 'stdout',
    kubernetes: { namespace_name: 'shop', pod_name: 'proxy-1', host: 'node-1' },
  }),
  (log) => ({
    message: log,
    docker: { container_id: 'abc' },
    kubernetes: { namespace_name: 'shop', pod_name: 'proxy-1', host: 'node-1', labels: {} },
  }),
]

describe.skipIf(folder === null)('recordings of proxies and DNS servers', () => {
  test.each(FACTS)('$file: every line is a flow or ignored, with the verdicts that it states', ({ file, lines, read, flows, verdicts }) => {
    const decoded = linesOf(file).map((line) => decodeLine(line, null, NOW))
    expect(decoded.filter(({ kind }) => kind === 'rejected' || kind === 'lost')).toEqual([])
    expect(decoded).toHaveLength(lines)
    expect(decoded.filter(({ kind }) => kind !== 'ignored')).toHaveLength(read)
    const found = decoded.flatMap(flowsOf)
    expect(found).toHaveLength(flows)
    expect(verdictsOf(found)).toEqual(verdicts)
    for (const flow of found) expect(JSON.stringify(flow)).not.toMatch(/[?&]|curl|Mozilla|Go-http-client/)
  })

  test.each(FACTS)('$file: posted as it is and as log shippers wrap it', async ({ file, lines, read }) => {
    const reader = new IngestReader()
    const bare = linesOf(file)
    const isWrapped = file.startsWith('fluent/')
    for (const body of [bare, ...(isWrapped ? [] : WRAPPERS.map((wrap) => bare.map((line) => JSON.stringify(wrap(line)))))]) {
      const result = await reader.read({ body: inChunks(Buffer.from(body.join('\n'))), encoding: null, format: null }, NOW)
      expect(result).toMatchObject({ ok: true, value: { accepted: read, ignored: lines - read, rejected: [] } })
    }
  })

  test.each(FACTS)('$file: the ledger balances', ({ file }) => {
    const pipeline = aPipeline()
    pipeline.accept('file', aBatch(linesOf(file).flatMap((line) => flowsOf(decodeLine(line, null, NOW)))), NOW)
    expect(isBalanced(pipeline.ledger.source('file').entry())).toBe(true)
  })

  test('events of a tap, each spread over many lines: a request, and the end of another answer', async () => {
    const body = readFileSync(join(folder ?? '', 'linkerd/viz-tap-json.golden.txt'))
    const result = await new IngestReader().read({ body: inChunks(body), encoding: null, format: null }, NOW)
    expect(result).toMatchObject({ ok: true, value: { accepted: 2, ignored: 0, rejected: [] } })
    const flows = result.ok ? result.value.batches.flatMap((batch) => batch.flows) : []
    expect(flows).toMatchObject([
      {
        source: { ip: '0.0.0.1' },
        destination: { ip: 'ff01::1' },
        phase: 'start',
        verdict: 'unknown',
        l7: { method: 'GET', path: '/some/path' },
      },
      { phase: 'reply', bytes: 1337 },
    ])
    expect(aPipeline().accept('tap', aBatch(flows), NOW).added).toHaveLength(1)
  })

  test('refusals name the policy that the record names, and no other', () => {
    const policies = (file: string) =>
      linesOf(file).flatMap((line) => flowsOf(decodeLine(line, null, NOW)).flatMap((flow) => flow.policies))
    expect(policies('istio/no-licence/access-text-rbac-and-ratelimit.log')).toEqual([
      { policy: 'AuthorizationPolicy:starfleet/probe-deny-status', rule: 'rules[0]', confidence: 'stated' },
    ])
    expect(policies('istio/no-licence/ztunnel-access.log')).toEqual([
      { policy: 'PeerAuthentication:istio-system/istio_converted_static_strict', rule: null, confidence: 'stated' },
    ])
  })
})

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 777) yield bytes.subarray(start, start + 777)
}
