import fc from 'fast-check'
import { expect, test } from 'vitest'
import { templatePath } from './path-template'

test.each([
  '/',
  '/api/v1/orders',
  '/api/v2beta1/cart:checkout',
  '/apis/networking.k8s.io/v1/networkpolicies',
  '/oauth2/token',
  '/.well-known/openid-configuration',
  '/static/js/main.js',
  '/grpc.health.v1.Health/Check',
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  '/getUserAccountSettings',
  '*',
])('names that a programmer chose stay: %s', (path) => {
  expect(templatePath(path)).toBe(path)
})

test.each([
  ['/orders/7', '/orders/{id}'],
  ['/orders/7/items/3fa85f64-5717-4562-b3fc-2c963f66afa6', '/orders/{id}/items/{id}'],
  ['/blob/deadbeefcafe', '/blob/{id}'],
  ['/c/9f86d081', '/c/{id}'],
  ['/t/dBjftJeZ4CVPmB92K27uhbUJU1p1r', '/t/{id}'],
  ['/t/QmFzZVNpeHR5Rm91cg', '/t/{id}'],
  ['/app.3f2a9c1b.js', '/{id}'],
  ['/user123/2024-01-31', '/{id}/{id}'],
  ['/pods/web-7d9f8b6c5-x2x4q', '/pods/{id}'],
  ['/users/jane.doe@example.com', '/users/{email}'],
  ['/users/jane%40example.com/mail', '/users/{email}/mail'],
  ['/@jane', '/{id}'],
  ['/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U', '/reset/{text}'],
  ['/posts/how-we-told-everybody-what-the-board-had-decided', '/posts/{text}'],
  ['/search/red shoes', '/search/{text}'],
  ['/search/red%20shoes', '/search/{text}'],
  ['/search/%E0%A4%A', '/search/{text}'],
  ['/key=secret/x', '/{text}/x'],
  [`/${'a'.repeat(1_000)}/b`, '/{text}/b'],
])('%s becomes %s', (path, expected) => {
  expect(templatePath(path)).toBe(expected)
})

test.each([
  ['/a?token=1', '/a'],
  ['/a#part', '/a'],
  ['/a;jsessionid=ABC/b', '/a/b'],
  ['http://user:secret@shop.example/a/b?x=1', '/a/b'],
  ['https://shop.example?x=http://y/z', '/'],
  ['/to/https://user:secret@shop.example/', '/to/https://{email}/'],
  ['', '/'],
])('what is beside the path goes: %s', (path, expected) => {
  expect(templatePath(path)).toBe(expected)
})

test.each([
  ['/token/abcdef', '/token/{id}'],
  ['/pw/hunter', '/pw/{id}'],
  ['/v1/key/sk_live_abc', '/v1/key/{id}'],
  ['/users/password/reset/correct-horse', '/users/password/reset/{id}'],
  ['/api-key/open/list', '/api-key/{id}/list'],
  ['/accessToken/swordfish', '/accessToken/{id}'],
  ['/Token/Reset', '/Token/{id}'],
  ['/%74oken/swordfish', '/token/{id}'],
  ['/token//swordfish', '/token//{id}'],
  ['/token;v=1/swordfish', '/token/{id}'],
  ['/token/a@example.com', '/token/{email}'],
  ['/token', '/token'],
  ['/token/', '/token/'],
  ['/shop.TokenService/GetToken', '/shop.TokenService/GetToken'],
  ['/shop.Secret/Get', '/shop.Secret/Get'],
])('what stands behind a word for a secret goes: %s', (path, expected) => {
  expect(templatePath(path)).toBe(expected)
  expect(templatePath(expected)).toBe(expected)
})

test('a long path is cut between segments', () => {
  const cut = templatePath('/segment'.repeat(100))
  expect(cut.length).toBeLessThanOrEqual(256)
  expect(cut).toMatch(/^(\/segment)+\/?$/)
})

test('whatever comes, it is short, without a query, and doing it twice changes nothing', () => {
  const segment = fc.oneof(
    fc.string(),
    fc.webSegment(),
    fc.uuid(),
    fc.emailAddress(),
    fc.constantFrom('{id}', 'api', 'v1', '%7Bid%7D', '%2F'),
  )
  const path = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(segment, { maxLength: 60 }).map((parts) => `/${parts.join('/')}`),
  )
  fc.assert(
    fc.property(path, (text) => {
      const once = templatePath(text)
      expect(once.length).toBeLessThanOrEqual(256)
      expect(once).not.toMatch(/[?#=@%]/)
      expect(templatePath(once)).toBe(once)
    }),
    { numRuns: 500 },
  )
})
