import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aBatch, aPipeline } from '../flows/testing/a-pipeline'
import { anEnd, anObservedFlow, TEN } from '../flows/testing/an-observed-flow'
import { BUNDLE_LIMITS } from './bundle-limits'
import { bundleLines } from './bundle-lines'
import { BundleProblem } from './bundle-problem'
import { BundleReader, type ReadRecording } from './bundle-reader'
import { edgesOfCells } from './cell-edges'
import { isDeeperThan } from './json-depth'
import type { Recording } from './recording'
import { aRecording } from './testing/a-recording'

function readBack(recording: Recording): ReadRecording {
  const reader = new BundleReader()
  for (const line of bundleLines(recording)) reader.take(line)
  return reader.finish()
}

/** What becomes of a header with these lines behind it. */
function faultOf(...more: readonly string[]): string {
  const reader = new BundleReader()
  try {
    for (const line of [...bundleLines(aRecording()), ...more]) reader.take(line)
    return 'none'
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error
    return `${error.fault} ${error.line}: ${error.message}`
  }
}

describe('a recording that was written and read', () => {
  test('is what it was', () => {
    const recording = aRecording({
      unread: new Map([['/Secret', new Set<string>()]]),
      problems: [{ file: 'a.yaml', line: 3, column: 1, severity: 'error', message: 'no name' }],
      effects: [{ revision: 2, verdicts: { state: 'computed', opened: 1, closed: 0, otherwise: 0, pairs: [] }, together: 1 }],
      changes: [
        {
          ...{ id: 7, at: TEN, until: TEN + 5, times: 1, revision: 2 },
          ...{ topic: 'policy', type: 'changed', objectKind: 'NetworkPolicy', ref: 'NetworkPolicy:shop/cart', namespace: 'shop' },
          ...{ fields: [{ path: 'spec', before: null, after: '1' }], moreFields: 0 },
        },
      ],
    })
    const { cells: _cells, ...rest } = recording
    expect(readBack(recording)).toMatchObject(rest)
  })

  test('has the same edges, and every cell once', () => {
    const pipeline = aPipeline()
    const to = (name: string, port: number, verdict: 'forwarded' | 'dropped', seconds: number) =>
      anObservedFlow({
        ...{ time: TEN + seconds * 1_000, port, verdict, sourcePort: 40_000 + seconds, bytes: seconds, reason: null },
        destination: anEnd({ namespace: 'shop', pod: name, ip: '10.0.0.9' }),
      })
    const flows = [
      to('cart', 80, 'forwarded', 1),
      to('cart', 80, 'dropped', 2),
      to('db', 5432, 'forwarded', 25),
      to('cart', 80, 'forwarded', 40),
    ]
    pipeline.accept('hubble', aBatch(flows), TEN + 60_000)
    const cells = [...pipeline.window.cellsBetween(TEN - 60_000, TEN + 120_000)]
    const ledger = pipeline.ledger.source('hubble').entry()
    const recent = pipeline.recent.page({ matches: null, from: null, to: null, cursor: null, limit: 10 }).flows.toReversed()
    const read = readBack(aRecording({ cells, flows: recent, sources: [{ name: 'hubble', kind: 'hubble', ledger }] }))
    expect(read.cells).toHaveLength(4)
    expect(read.cells).toEqual(cells.map((cell) => ({ ...cell, lane: kept(cell.lane) })))
    expect(read.flows).toEqual(recent)
    expect(read.sources[0]?.ledger).toEqual(ledger)
    const edges = pipeline.window.edges(TEN - 60_000, TEN + 120_000)
    const key = ({ destination, port }: { destination: { ref: string }; port: number | null }) => `${destination.ref} ${port}`
    const sums = new Map(edges.map((edge) => [key(edge), edge.verdicts]))
    expect(new Map(edgesOfCells(read.cells).map((edge) => [key(edge), edge.verdicts]))).toEqual(sums)
  })

  test('holds no value of a variable and no data of a Secret', () => {
    const container = { name: 'app', env: [{ name: 'PASSWORD', value: 'hunter2' }], args: ['--token=s3cret'] }
    const documents = [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [container] } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, data: { key: 'aHVudGVyMg==' } },
      { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'hunter2' } }] },
    ].map((body) => ({ body, origin: null }))
    const text = [...bundleLines(aRecording({ documents }))].join('\n')
    expect(text).not.toMatch(/hunter2|s3cret|aHVudGVyMg/)
    expect(readBack(aRecording({ documents })).documents.map(({ body }) => Object(body).kind)).toEqual(['Pod', 'Secret', 'ConfigMap'])
  })
})

describe('lines that cannot be', () => {
  test.each([
    ['["cells",{"bucket":0,"rows":[[0,1,0,null,0,0]]}]', 'malformed 2: lane 0 was not named before'],
    ['["lane",{"source":0}]', 'malformed 2: destination: '],
    ['["change",{"id":"x"}]', 'malformed 2: id: '],
    ['{"half', 'malformed 2: not a line of a bundle'],
    [`["document",${'['.repeat(5_000)}`, 'too-large 2: nested deeper than 110 levels'],
    [`["source",{"name":"a","kind":"file","ledger":${JSON.stringify(unbalanced())}}]`, 'malformed 2: the figures of a do not add up'],
  ])('%.60s is refused with its line', (line, message) => {
    expect(faultOf(line)).toContain(message)
  })

  test('of an unknown kind are left out and counted', () => {
    const reader = new BundleReader()
    for (const line of bundleLines(aRecording())) reader.take(line)
    for (const line of ['["weather",{"sun":true}]', '["weather",1]', '["__proto__",{}]']) reader.take(line)
    expect(reader.finish().ignored).toEqual(new Map([...new Map([['weather', 2]]), ['__proto__', 1]]))
  })

  test('beyond a limit are refused', () => {
    const reader = new BundleReader({ ...BUNDLE_LIMITS, documents: 2 })
    for (const line of bundleLines(aRecording())) reader.take(line)
    const line = '["document",{"origin":null,"body":null}]'
    reader.take(line)
    reader.take(line)
    expect(() => reader.take(line)).toThrow('more than 2 documents')
  })

  test('a later format is refused with a sentence, whatever else it says', () => {
    const reader = new BundleReader()
    expect(() => reader.take('["header",{"kind":"Bundle","version":2,"new":true}]')).toThrow(/format 2.*reads up to 1.*newer/)
  })

  test('anything at all is read or refused, never thrown at', () => {
    const words = fc.constantFrom(
      'header',
      'document',
      'cells',
      'lane',
      'endpoint',
      'flow',
      'change',
      'effect',
      'source',
      'unread',
      'problem',
      '__proto__',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(words, fc.jsonValue()), { maxLength: 5 }), (lines) => {
        faultOf(...lines.map((line) => JSON.stringify(line)))
      }),
    )
  })
})

test('depth counts brackets outside of strings', () => {
  expect(isDeeperThan('[[1],{"a":"[[[[\\"[[["}]', 2)).toBe(false)
  expect(isDeeperThan('[[[1]]]', 2)).toBe(true)
  fc.assert(fc.property(fc.jsonValue(), (value) => !isDeeperThan(JSON.stringify(value), 20)))
  expect(isDeeperThan('"[[[', 2)).toBe(false)
})

function unbalanced() {
  return { source: 'a', received: 2, stored: 1, sampled: 0, dropped: {}, ignored: {}, queued: 0, lostAtSource: 0 }
}

/** Numbers that a window gives are its own. */
function kept(lane: object): object {
  return Object.fromEntries(Object.entries(lane).filter(([name]) => !['edge', 'site', 'area', 'isSummary', 'isWide'].includes(name)))
}
