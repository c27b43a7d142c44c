import { expect, test } from 'vitest'
import { readAssertions } from './read-assertions'

const read = (body: unknown) => readAssertions([{ body, origin: { file: 'rules.yaml', line: 1, column: 1 } }])
const errors = (body: unknown) => read(body).problems.map(({ message }) => message)

test('the long and the short form say the same', () => {
  const long = read([{ name: 'n', from: 'a', to: 'b/c', port: 80, protocol: 'TCP', expect: 'denied' }])
  const short = read({ rules: [{ name: 'n', deny: { from: ['a'], to: ['b/c'], port: 80, protocol: 'TCP' } }] })
  expect(short).toEqual(long)
  expect(long.assertions).toEqual([
    {
      name: 'n',
      expect: 'denied',
      from: ['a'],
      to: ['b/c'],
      port: 80,
      protocols: ['TCP'],
      origin: { file: 'rules.yaml', line: 1, column: 1 },
    },
  ])
})

test('without a protocol a denial means every one, and a connection means TCP', () => {
  const { assertions } = read([{ deny: { from: 'a', to: 'b' } }, { allow: { from: 'a', to: 'b' } }])
  expect(assertions.map(({ name, protocols }) => [name, protocols])).toEqual([
    ['a → b denied', ['TCP', 'UDP', 'SCTP']],
    ['a → b allowed', ['TCP']],
  ])
})

test.each([
  [7, 'expected a list of rules'],
  [{ rule: [] }, 'expected a list of rules'],
  [['x'], 'a rule is a map with from, to and expect, or with allow or deny'],
  [[{ deny: 'dev' }], 'expected a map with from and to'],
  [[{ from: 'a', to: 'b' }], 'expect: must be allowed or denied'],
  [[{ from: 'a', to: 'b', expect: 'no' }], 'expect: must be allowed or denied'],
  [[{ deny: { from: 'a' } }], 'to: expected the name of an end'],
  [[{ deny: { from: [], to: 'b' } }], 'from: the list is empty'],
  [[{ deny: { from: 'a b', to: 'b' } }], 'from: "a b" is no name: write NS, NS/NAME or NS/NAME[KIND]'],
  [[{ deny: { from: 'a', to: 'b', port: 70_000 } }], 'port: must be a whole number from 1 to 65535'],
  [[{ deny: { from: 'a', to: 'b', protocol: 'HTTP' } }], 'protocol: must be one of TCP, UDP, SCTP'],
  [[{ deny: { from: 'a', to: 'b' }, expect: 'allowed' }], '"expect" is no field of a rule; there are name, deny'],
  [[{ deny: { from: 'a', to: 'b', prot: 'TCP' } }], '"prot" is no field of a rule; there are from, to, port, protocol'],
])('%j is refused: %s', (body, message) => {
  expect(errors(body)).toEqual([message])
  expect(read(body).assertions).toEqual([])
})

test('a rule that cannot be read costs only itself', () => {
  const { assertions, problems } = read([{ deny: { from: 'a', to: 'b' } }, 5, { allow: { from: 'a', to: 'b' } }])
  expect([assertions.length, problems.length]).toEqual([2, 1])
})
