import { expect, test } from 'vitest'
import { readQuestionLine } from './read-question-line'

const read = (line: object | string) => readQuestionLine(typeof line === 'string' ? line : JSON.stringify(line))

test('a question has two ends, and TCP on every port unless it says otherwise', () => {
  expect(read({ id: 'q', from: 'shop/web[Deployment]', to: 'svc:shop/cart' })).toEqual({
    kind: 'question',
    id: 'q',
    question: { from: 'shop/web[Deployment]', to: 'svc:shop/cart', port: null, protocol: 'TCP' },
    unknownFields: [],
  })
})

test.each(['shop', 'shop/web-1', 'ip:10.0.0.1', 'ip:fe80::1', 'ip:10.0.0.1-10.0.0.9', 'cidr:10.0.0.0/8', 'dns:a.example', 'entity:world'])(
  '%s is an end',
  (name) => {
    expect(read({ from: name, to: name, port: 1, protocol: 'UDP' }).kind).toBe('question')
  },
)

test.each([
  ['nonsense', 'this line is not JSON'],
  [[], 'a question is an object: {"id", "from", "to", "port", "protocol"}'],
  [{ to: 'a' }, 'from: must be the name of an end, such as "shop/cart"'],
  [{ from: 'a', to: 7 }, 'to: must be the name of an end, such as "shop/cart"'],
  [{ from: 'a b', to: 'a' }, 'from: "a b" is no name: write NS, NS/NAME or NS/NAME[KIND]'],
  [{ from: 'a', to: 'a/b/c' }, 'to: "a/b/c" is no name: write NS, NS/NAME or NS/NAME[KIND]'],
  [{ from: 'a', to: 'ip:300.0.0.1' }, 'to: "ip:300.0.0.1" is no address: write ip:A, or ip:A-B for a range'],
  [{ from: 'a', to: 'ip:10.0.0.9-10.0.0.1' }, 'to: "ip:10.0.0.9-10.0.0.1" is no address: write ip:A, or ip:A-B for a range'],
  [{ from: 'a', to: 'cidr:10.0.0.0' }, 'to: "cidr:10.0.0.0" is no range: write cidr:A/PREFIX'],
  [{ from: 'a', to: 'svc:cart' }, 'to: "svc:cart" is no service: write svc:NS/NAME'],
  [{ from: 'entity:mars', to: 'a' }, 'from: "entity:mars" is no entity: there are world, host, remote-node, kube-apiserver, unknown'],
  [{ from: 'pod:a', to: 'a' }, 'from: "pod:a" begins with none of svc:, ip:, cidr:, dns:, entity:'],
  [{ from: 'a', to: 'b', port: 0 }, 'port: must be a whole number from 1 to 65535'],
  [{ from: 'a', to: 'b', port: '80' }, 'port: must be a whole number from 1 to 65535'],
  [{ from: 'a', to: 'b', protocol: 'tcp' }, 'protocol: must be one of TCP, UDP, SCTP, ICMP, ICMPv6, OTHER'],
] as const)('%j is refused: %s', (line, error) => {
  expect(read(line)).toEqual({ kind: 'broken', id: null, error })
})

test('a broken line keeps the id that it can be seen to have', () => {
  expect(read({ id: 'q7', from: 'a' })).toMatchObject({ kind: 'broken', id: 'q7' })
  expect(read('{"id": "q8", "from": ')).toMatchObject({ kind: 'broken', id: 'q8' })
  expect(read('{"from": "a", "id":9, oops')).toMatchObject({ kind: 'broken', id: 9 })
})

test('fields that no question has are named, and ids of any shape do no harm', () => {
  expect(read({ id: { a: 1 }, from: 'a', to: 'b', prot: 'UDP', __proto__x: 1 })).toMatchObject({
    id: null,
    unknownFields: ['prot', '__proto__x'],
  })
})
