import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINE_FORMAT_IDS } from '@/lib/api/line-format-ids'
import { type ObservedFlow, VERDICTS } from '@/lib/flows/flow'
import { decodeLine, decodeRecord } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import { LineMemory } from './line-memory'
import { SAMPLE_LINES } from './testing/sample-lines'

const NOW = Date.UTC(2026, 4, 4, 10)
const SAMPLES = [...SAMPLE_LINES.values()].flat()
const NASTY = [
  '__proto__',
  'constructor',
  'toString',
  '-1',
  '1e999',
  '65536',
  '0',
  '',
  '|',
  '"',
  '{',
  '}',
  '[',
  ']',
  '=',
  '\\',
  ' ',
  '\n',
  ';',
  ':',
  '\u0000',
  '💥',
  '<',
  '>',
]

/** One change to a line: something cut out, put in, or doubled. */
const change = fc.record({ at: fc.nat(400), length: fc.nat(12), put: fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 6 })) })
const mutant = fc
  .tuple(fc.constantFrom(...SAMPLES), fc.array(change, { maxLength: 6 }))
  .map(([line, changes]) => changes.reduce((text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length), line))

/** The objects among the samples with a value of another type in one place, and names that objects have of their own. */
const value = fc.constantFrom<unknown>(null, true, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER, '', 'x', '9'.repeat(20), [], {}, [[[]]], {
  __proto__: null,
  length: 3,
})
const objects = SAMPLES.filter((line) => line.startsWith('{'))
const changedObject = fc
  .tuple(fc.constantFrom(...objects), fc.nat(40), value, fc.constantFrom('keep', ...NASTY.slice(0, 3)))
  .map(([line, place, put, name]) => {
    const body: Record<string, unknown> = JSON.parse(line)
    const keys = Object.keys(body)
    const key = keys[place % keys.length] ?? ''
    const entries = Object.entries(body).map(([each, before]) => (each === key ? [name === 'keep' ? each : name, put] : [each, before]))
    return JSON.stringify(Object.fromEntries(entries))
  })

const wrap = fc.constantFrom<(line: string) => string>(
  (line) => line,
  (log) => JSON.stringify({ log, stream: 'stdout', kubernetes: { pod_name: 'a', namespace_name: 'b' } }),
  (log) => JSON.stringify({ log, logtag: 'P' }),
  (line) => `2026-05-04T10:00:00Z stderr P ${line}`,
  (line) => `2026-05-04T10:00:00Z stdout F ${line}`,
  (line) => `<13>May  4 10:00:00 node-1 app[1]: ${line}`,
  (line) => `<13>1 2026-05-04T10:00:00Z node-1 app 1 - [x] ${line}`,
  (message) => JSON.stringify({ message, '@timestamp': 1e30, host: {} }),
  (line) => `{"jsonPayload": ${line}, "resource": 3}`,
)

function expectSound(decoded: DecodedLine): void {
  const flows: readonly ObservedFlow[] = decoded.kind === 'flow' ? [decoded.flow] : decoded.kind === 'flows' ? decoded.flows : []
  for (const flow of flows) {
    expect(VERDICTS).toContain(flow.verdict)
    expect(Number.isSafeInteger(flow.time)).toBe(true)
    expect(flow.count).toBeGreaterThanOrEqual(1)
    for (const number of [flow.bytes, flow.packets]) if (number !== null) expect(number).toBeGreaterThanOrEqual(0)
    for (const port of [flow.port, flow.sourcePort]) if (port !== null) expect(port > 0 && port <= 65_535).toBe(true)
    if (flow.verdict === 'forwarded' || flow.verdict === 'unknown') expect(flow.reason).toBeNull()
    expect(flow.policies.length === 0 || flow.policies.every(({ policy }) => policy.includes(':'))).toBe(true)
  }
  if (decoded.kind === 'rejected') expect(decoded.reason.length).toBeLessThan(300)
}

test('whatever becomes of a line on its way, it is one of five things and nothing impossible', () => {
  const memory = new LineMemory({ isOneStream: true })
  fc.assert(
    fc.property(fc.oneof(mutant, changedObject), wrap, fc.constantFrom(null, null, ...LINE_FORMAT_IDS), (line, wrapped, format) => {
      expectSound(decodeLine(wrapped(line), format, NOW, { memory }))
      expectSound(decodeLine(wrapped(line), format, NOW))
    }),
    { numRuns: 3_000 },
  )
})

test('records of any shape are taken', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 4 }), (record) => {
      expectSound(decodeRecord(record, null, NOW))
      expectSound(decodeRecord({ log: record, kubernetes: record, resource: record, time: record, jsonPayload: record }, null, NOW))
    }),
    { numRuns: 500 },
  )
})

test('long and hostile lines take no longer than their length asks for', () => {
  const long = 200_000
  const lines = [
    ...NASTY.filter((each) => each !== '').map((each) => each.repeat(long / each.length)),
    ...SAMPLES.map((line) => line + line.slice(-20).repeat(long / 20)),
    ...SAMPLES.map((line) => line.slice(0, 40).repeat(long / 40)),
    `{"log":${'{"log":'.repeat(30_000)}`,
    '['.repeat(long),
    `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    `IN=${' OUT='.repeat(long / 5)}`,
    `Flow Info:${' Src'.repeat(long / 4)}`,
    `2026/05/04 10:00:00.5 IngressRule ${'K8sNetworkPolicy '.repeat(10_000)}`,
    `<13>1 ${'a '.repeat(6)}[${'x="\\"" '.repeat(20_000)}`,
  ]
  const startedAt = performance.now()
  for (const line of lines) expectSound(decodeLine(line, null, NOW))
  expect((performance.now() - startedAt) / lines.length).toBeLessThan(60)
})
