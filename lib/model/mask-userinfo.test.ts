import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskUserinfo } from './mask-userinfo'

test.each([
  ['http://bob:s3cr3t@db.example.test:8123/flows', 'http://***@db.example.test:8123/flows'],
  ['prometheus:https://token@mimir.example.test#tenant=ops', 'prometheus:https://***@mimir.example.test#tenant=ops'],
  [
    '"http://bob:s3cr3t@x.test" is not it; "socks5://a:b@[::1]:1080" neither',
    '"http://***@x.test" is not it; "socks5://***@[::1]:1080" neither',
  ],
  // An @ in the password: the last one ends it.
  ['http://bob:s3@cr3t@x.test/a', 'http://***@x.test/a'],
  // What has to be escaped and is not: the port is no number then.
  ['http://bob:s3/cr3t@x.test', 'http://***@x.test'],
  ['http://bob:s3#cr3t@x.test:9090/p', 'http://***@x.test:9090/p'],
  ['http://bob:s3?cr@3t@x.test', 'http://***@x.test'],
  ['http://bob:s3 cr3t@x.test', 'http://***@x.test'],
  ['http://bob:s3\\cr3t@x.test', 'http://***@x.test'],
  // A list was cut at a comma of the password.
  ['http://bob:s3', 'http://***'],
  ['"http://bob:s3" is not a URL', '"http://***" is not a URL'],
])('%s is shown as %s', (text, shown) => {
  expect(maskUserinfo(text)).toBe(shown)
})

test.each([
  'http://127.0.0.1:9090/',
  'https://[2001:db8::1]:443/a@b',
  'prometheus:http://mimir.example.test#owner=me@example.test',
  'https://HOST/path:with@signs',
  'https://10.0.0.1:6443 does not accept the credentials of "kubernetes-admin@kubernetes"',
  'file:/var/log/a@b.log',
  'nothing:// here',
  '://',
])('%s stays as it is', (text) => {
  expect(maskUserinfo(text)).toBe(text)
})

const word = fc.stringMatching(/^[a-z0-9!$&'()*+,;=._~-]{1,12}$/)

test('no user and no password of a URL are left, whatever stands around it', () => {
  fc.assert(
    fc.property(word, fc.stringMatching(/^[^"\s]{1,20}$/), fc.string(), fc.string(), (user, password, before, after) => {
      const secret = `Q${encodeURIComponent(user)}:Q${encodeURIComponent(password)}`
      const masked = maskUserinfo(`${before.replaceAll('://', '')} http://${secret}@db.example.test/ ${after.replaceAll('@', '')}`)
      expect(masked).not.toContain(secret)
      expect(masked).toContain('://***@db.example.test/')
    }),
  )
})

test('masking twice changes nothing, and hostile text takes no time', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('://', '@', ':', '/', '"', ' ', '[', ']', 'a', '1', '#', '***')), (parts) => {
      const once = maskUserinfo(parts.join(''))
      expect(maskUserinfo(once)).toBe(once)
    }),
  )
  const startedAt = performance.now()
  maskUserinfo('://a:b'.repeat(50_000))
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})
