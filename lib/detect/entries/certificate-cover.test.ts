import { expect, test } from 'vitest'
import { anObject } from '../../model/testing/objects'
import { NOON } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const DAY_MS = 24 * 60 * 60_000
const inDays = (days: number) => new Date(NOON + days * DAY_MS).toISOString()

const ingress = (...hosts: readonly string[]) =>
  anObject('networking.k8s.io/v1', 'Ingress', {
    name: 'web',
    namespace: 'shop',
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts, secretName: 'web-tls' }],
      rules: hosts.map((host) => ({
        host,
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
      })),
    },
  })
const certificate = (dnsNames: readonly string[], status: object = {}, secretName = 'web-tls') =>
  anObject('cert-manager.io/v1', 'Certificate', { name: 'web', namespace: 'shop', spec: { secretName, dnsNames }, extra: { status } })
const found = (objects: readonly object[], source: 'live' | 'manifests' = 'live') =>
  findIn('IN-04', objects, { source, now: source === 'live' ? NOON : null }).map(
    ({ severity, field, value, message }) => `${severity} ${field} ${value}: ${message}`,
  )

test('a certificate that does not cover a host is a warning, in manifests too', () => {
  const objects = [ingress('a.example.com', 'b.other.com'), certificate(['*.example.com'])]
  const expected = ['warning spec.tls[0].hosts b.other.com: Certificate shop/web, which fills the Secret, does not cover b.other.com.']
  expect(found(objects)).toEqual(expected)
  expect(found(objects, 'manifests')).toEqual(expected)
  expect(found([ingress('a.example.com'), certificate(['*.example.com'])])).toEqual([])
  expect(found([ingress('a.b.example.com'), certificate(['*.example.com'])])).toHaveLength(1)
  expect(found([ingress('a.example.com'), certificate(['other.com'], {}, 'another')])).toEqual([])
})

test('a certificate that ends soon is a warning when it should have been renewed, and an error when it has ended', () => {
  const at = (notAfter: number, renewalTime: number | null) =>
    found([
      ingress('a.example.com'),
      certificate(['a.example.com'], {
        notAfter: inDays(notAfter),
        ...(renewalTime === null ? {} : { renewalTime: inDays(renewalTime) }),
      }),
    ])
  expect(at(22, -8)).toEqual([])
  expect(at(20, -10)).toEqual(['warning spec.tls[0].secretName web-tls: Certificate shop/web, which fills the Secret, ends in 20 days.'])
  expect(at(20, null)).toHaveLength(1)
  // One of a few days, which is renewed in time.
  expect(at(2, 1)).toEqual([])
  expect(at(-1, 1)).toEqual(['error spec.tls[0].secretName web-tls: Certificate shop/web, which fills the Secret, has ended.'])
})

test.each([
  certificate(['a.example.com']),
  anObject('external-secrets.io/v1', 'ExternalSecret', { name: 'x', namespace: 'shop', spec: { target: { name: 'web-tls' } } }),
  anObject('bitnami.com/v1alpha1', 'SealedSecret', { name: 'web-tls', namespace: 'shop', spec: {} }),
])('a Secret that another object has made is not missing in manifests: %o', (maker) => {
  expect(found([ingress('a.example.com'), maker], 'manifests')).toEqual([])
  expect(found([ingress('a.example.com')], 'manifests')).toHaveLength(1)
})
