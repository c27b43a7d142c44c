import { expect, test } from 'vitest'
import { parseDays, parseSize, parseStore } from './parse-store'

test.each([
  ['memory', { kind: 'memory' }],
  ['embedded:data', { kind: 'embedded', folder: '/base/data' }],
  [
    'clickhouse:http://u:p@db.example.test:8123',
    { kind: 'clickhouse', url: 'http://u:p@db.example.test:8123/', database: 'sluice', cluster: null },
  ],
  [
    'clickhouse:https://db.example.test/flows?cluster=prod',
    { kind: 'clickhouse', url: 'https://db.example.test/', database: 'flows', cluster: 'prod' },
  ],
])('%s is read', (text, value) => {
  expect(parseStore(text, '/base')).toEqual({ ok: true, value })
})

test.each(['', 'disk', 'embedded:', 'clickhouse:', 'clickhouse:tcp://a', "clickhouse:http://a/x'y", 'clickhouse:http://a/?cluster=a-b'])(
  '%j is refused',
  (text) => {
    expect(parseStore(text, '/base').ok).toBe(false)
  },
)

test('days and sizes', () => {
  expect(parseDays('14d')).toEqual({ ok: true, value: 14 })
  for (const wrong of ['', '14', '0d', '1.5d', '9999d']) expect(parseDays(wrong).ok).toBe(false)
  expect(parseSize('500MiB')).toEqual({ ok: true, value: 500 * 1024 ** 2 })
  expect(parseSize('1TB')).toEqual({ ok: true, value: 1e12 })
  for (const wrong of ['', '1', '1MB', '5 GB', '999999TiB0', '-1GB']) expect(parseSize(wrong).ok).toBe(false)
})
