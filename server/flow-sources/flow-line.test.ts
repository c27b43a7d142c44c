import { describe, expect, test } from 'vitest'
import { decodeLine } from './decode-line'

const NOW = Date.UTC(2026, 4, 4, 10)
const decode = (body: object) => decodeLine(JSON.stringify(body), null, NOW)

describe('a line of our own format', () => {
  test('needs two ends only', () => {
    expect(decode({ from: 'shop/web-1', to: '10.1.2.3' })).toMatchObject({
      kind: 'flow',
      isTimed: false,
      flow: {
        time: NOW,
        source: { namespace: 'shop', pod: 'web-1' },
        destination: { ip: '10.1.2.3' },
        protocol: 'TCP',
        port: null,
        verdict: 'unknown',
        count: 1,
        event: 'flow',
      },
    })
  })

  test.each([
    ['shop/cart[Deployment]', { namespace: 'shop', workload: { name: 'cart', kind: 'Deployment' } }],
    ['svc:shop/cart', { service: { namespace: 'shop', name: 'cart' } }],
    ['ip:2001:DB8::1', { ip: '2001:db8::1' }],
    ['dns:API.example.com', { names: ['api.example.com'] }],
    ['entity:world', { entity: 'world' }],
    ['__proto__/constructor', { namespace: '__proto__', pod: 'constructor' }],
  ])('%s names an end', (name, end) => {
    expect(decode({ from: name, to: name })).toMatchObject({ flow: { source: end, destination: end } })
  })

  test.each([
    { msg: 'mail sent', from: 'alice@example.com', to: 'bob@example.com' },
    { from: 'v1', to: 'v2' },
    { from: 'pending' },
    { level: 'info', to: '' },
  ])('what goes from somewhere to somewhere else is none: %j', (body) => {
    expect(decode(body)).toEqual({ kind: 'ignored', reason: 'not-a-flow' })
    expect(decodeLine(JSON.stringify(body), 'flow-line', NOW)).toMatchObject({ kind: 'rejected' })
  })

  test('with one end that is named rightly the other is told how', () => {
    expect(decode({ from: 'shop/web-1', to: 'cart' })).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('to: write NS/POD'),
    })
    expect(decode({ to: 'ip:192.0.2.1' })).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('from') })
  })

  test('everything it can say', () => {
    expect(
      decode({
        time: '2026-05-04T09:59:00Z',
        id: 'a1',
        from: 'shop/web',
        fromIp: '10.0.0.1',
        to: 'shop/cart',
        port: 8080,
        protocol: 'TCP',
        verdict: 'dropped',
        reason: 'policy/default-deny',
        policies: ['NetworkPolicy:shop/cart'],
        direction: 'ingress',
        count: 3,
        bytes: 180,
        l7: { protocol: 'http', method: 'GET', path: '/a?token=1', code: 403 },
        extra: 'ignored',
      }),
    ).toMatchObject({
      isTimed: true,
      flow: {
        time: NOW - 60_000,
        uuid: 'a1',
        source: { pod: 'web', ip: '10.0.0.1' },
        port: 8080,
        verdict: 'dropped',
        policies: [{ policy: 'NetworkPolicy:shop/cart', confidence: 'stated' }],
        count: 3,
        bytes: 180,
        packets: null,
        l7: { type: 'response', path: '/a', code: '403' },
      },
    })
  })

  test.each([
    [{ from: 'shop/web' }, 'to: '],
    [{ from: 'web', to: 'shop/cart' }, 'from: write'],
    [{ from: 'a/b', to: 'entity:mars' }, 'to: write'],
    [{ from: 'a/b', to: 'c/d/e' }, 'to: write'],
    [{ from: 'a/b', to: 'c/d', verdict: 'denied' }, 'verdict: '],
    [{ from: 'a/b', to: 'c/d', port: 70_000 }, 'port: '],
    [{ from: 'a/b', to: 'c/d', time: 'yesterday' }, 'time: '],
    [{ from: 'a/b', to: 'c/d', count: 0 }, 'count: '],
    [{ from: 'a/b', to: 'c/d', policies: ['cart'] }, 'policies: '],
  ])('%j is rejected with the field and what is wrong', (body, beginning) => {
    const line = decode(body)
    expect(line).toMatchObject({ kind: 'rejected' })
    expect('reason' in line ? line.reason : '').toContain(beginning)
  })

  test('a value outside a list is rejected with the list', () => {
    expect(decode({ from: 'a/b', to: 'c/d', verdict: 'denied' })).toMatchObject({ reason: expect.stringContaining('forwarded') })
  })

  test('a flow that the API exported can be posted again', () => {
    const exported = {
      id: '0000000007',
      time: '2026-05-04T09:59:00.000Z',
      source: { ref: 'shop/web', namespace: 'shop', ip: '10.0.0.1' },
      destination: { ref: 'dns:api.example.com', ip: '104.20.23.154' },
      protocol: 'TCP',
      port: 443,
      sourcePort: 40_000,
      verdict: 'dropped',
      policies: [{ policy: 'NetworkPolicy:shop/web', rule: null, confidence: 'inferred' }],
    }
    expect(decode(exported)).toMatchObject({
      flow: {
        source: { pod: 'web', ip: '10.0.0.1' },
        destination: { names: ['api.example.com'], ip: '104.20.23.154' },
        port: 443,
        sourcePort: 40_000,
        uuid: null,
        policies: [],
      },
    })
  })
})
