import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptOfValue, namedEndpoints } from './named-endpoints'

test.each([
  ['postgres://user:pw@db.shop.svc.cluster.local:5432/orders?sslmode=off', ['postgres://db.shop.svc.cluster.local:5432']],
  ['http://api', ['http://api']],
  ['https://[2001:db8::1]:8443/x', ['https://[2001:db8::1]:8443']],
  ['redis-cart:6379', ['redis-cart:6379']],
  ['kafka-0.kafka:9092,kafka-1.kafka:9092', ['kafka-0.kafka:9092', 'kafka-1.kafka:9092']],
  ['carts.shop.svc', ['carts.shop.svc']],
  ['user:secret1@tcp(db.shop:3306)/orders', ['db.shop:3306']],
  ['jdbc:mysql://db:3306/orders', ['mysql://db:3306']],
  // A password with a slash or an at sign: no URL that can be told apart from its password.
  ['postgres://user:p@ss/word@db/orders', []],
  ['hunter2', []],
  ['some.password', []],
  ['12:34:56', []],
  ['2026-01-02T03:04:05Z', []],
  ['key: value', []],
])('%s names %j', (text, named) => {
  expect(namedEndpoints(text)).toEqual(named)
})

test('what looks like a secret by its name is not looked into', () => {
  expect(keptOfValue('DB_PASSWORD', 'db:5432')).toBe('')
  expect(keptOfValue('--api-key', 'db:5432')).toBe('')
  expect(keptOfValue('DB_ADDR', 'db:5432')).toBe('db:5432')
})

test('reading what was kept gives the same again', () => {
  const word = fc.constantFrom(
    'http://',
    'a',
    'b.c',
    ':80',
    ':',
    '/',
    '@',
    ' ',
    ',',
    'x.svc',
    '.svc',
    '8080',
    '"',
    '[::1]',
    '?',
    'tcp(',
    ')',
    'a.b.svc.zone',
    '-',
    '_',
  )
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
      (text) => {
        const once = namedEndpoints(text)
        expect(namedEndpoints(once.join(' '))).toEqual(once)
      },
    ),
    { numRuns: 1_000 },
  )
})
