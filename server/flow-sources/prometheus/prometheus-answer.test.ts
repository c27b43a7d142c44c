import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HttpSourceError } from '../http/http-source-error'
import { EdgeCounter } from '../metrics/edge-counter'
import { EDGE_FAMILIES } from '../metrics/edge-families'
import { readVector } from './prometheus-answer'
import { durationMs } from './prometheus-api'
import { increaseQuery, promqlString } from './promql'

function vector(result: unknown, more: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...more }))
}

test('samples with a number are read, others are counted', () => {
  const read = readVector(
    vector(
      [
        { metric: { pod: 'a', empty: '' }, value: [1, '3'] },
        { metric: { pod: 'b' }, value: [1, 'NaN'] },
        { metric: { pod: 'c' }, value: [1, '+Inf'] },
        { metric: 'no', value: [1, '1'] },
        { metric: {} },
        null,
      ],
      { warnings: ['partial\nanswer', 3] },
    ),
    'prometheus.test',
  )
  expect(read.samples).toEqual([{ labels: new Map([['pod', 'a']]), value: 3 }])
  expect(read.unreadable).toBe(5)
  expect(read.warnings).toEqual(['partial answer'])
})

test.each([
  ['<html>sign in</html>', 'a page for people came back'],
  ['{"status":"error","errorType":"bad_data","error":"parse error"}', 'refuses the query: parse error'],
  ['{"status":"success","data":{"resultType":"matrix","result":[]}}', 'with a vector'],
  ['[]', 'is the URL right?'],
  ['', 'does not answer as Prometheus does'],
])('%s is no answer', (text, words) => {
  expect(() => readVector(Buffer.from(text), 'prometheus.test')).toThrow(words)
})

test('whatever comes back is an answer or an error of ours', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.jsonValue().map((value) => vector(value).toString()),
      ),
      (text) => {
        try {
          readVector(Buffer.from(text), 'prometheus.test')
        } catch (error) {
          expect(error).toBeInstanceOf(HttpSourceError)
        }
      },
    ),
  )
})

test('nesting without end is read or refused, and names of prototypes are names', () => {
  expect(() => readVector(Buffer.from('['.repeat(1_000_000)), 'prometheus.test')).toThrow(HttpSourceError)
  const text =
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__proto__":"x","constructor":"y"},"value":[1,"2"]}]}}'
  const [sample] = readVector(Buffer.from(text), 'prometheus.test').samples
  expect([...(sample?.labels ?? [])]).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
})

test('every family makes one record of every series, whatever its labels say', () => {
  const names = [...new Set(EDGE_FAMILIES.flatMap(({ labels }) => labels.map(({ name }) => name)))]
  const value = fc.oneof(
    fc.constantFrom('unknown', '', '-', 'UF', 'DROPPED', 'PolicyVerdict', '403', 'response', 'Node', '10.0.0.1'),
    fc.string(),
  )
  const labels = fc.dictionary(fc.constantFrom(...names), value).map((object) => new Map(Object.entries(object)))
  const amount = fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }))
  const growths = fc.array(fc.record({ labels, count: amount, bytes: amount }), { maxLength: 8 })
  fc.assert(
    fc.property(fc.constantFrom(...EDGE_FAMILIES), growths, (family, grown) => {
      const records = new EdgeCounter().records(family, grown, { endMs: 1_000, lengthMs: 30_000 }, new Set())
      expect(records).toHaveLength(grown.length)
      for (const record of records) {
        if (record.kind === 'ignored') continue
        if (record.kind !== 'flow') throw new Error(record.kind)
        const { count, bytes, verdict, policies } = record.flow
        expect(Number.isSafeInteger(count) && count >= 1).toBe(true)
        expect(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true)
        if (policies.length > 0) expect(['dropped', 'forwarded']).toContain(verdict)
      }
    }),
  )
})

test('a text in a query is one string of it, whatever stands in it', () => {
  expect(promqlString('a"b\\c\n\u0000ж😀{}')).toBe('"a\\"b\\\\c\\x0a\\x00ж😀{}"')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const inside = promqlString(text).slice(1, -1)
      // Nothing in it ends the string: every quote and backslash is escaped.
      expect(inside.replaceAll(/\\(?:["\\]|x[0-9a-f]{2})/g, '')).not.toMatch(/["\\\n]/)
    }),
  )
  const query = increaseQuery({
    metric: 'm',
    written: ['a="b"'],
    matchers: [{ name: 'cluster', value: '"} or vector(1)' }],
    by: ['x', 'y'],
    windowMs: 30_000,
    lookbackMs: 60_000,
    limit: 10,
  })
  expect(query).toContain('last_over_time(m{a="b",cluster="\\"} or vector(1)"}[60000ms] offset 30000ms)')
})

test.each([
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1h', 3_600_000],
  ['0s', null],
  ['s', null],
  ['15', null],
  [null, null],
])('%s lasts %s ms', (text, expected) => {
  expect(durationMs(text)).toBe(expected)
})
