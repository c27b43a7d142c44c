import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { anObject } from '../../model/testing/objects'
import { compilePolicies } from '../engine'
import { MESHED, OUTSIDE, PODS, peerAuthentication, SERVICE } from './testing/istio-shop'

function encryption(from: string, port: number, ...objects: readonly object[]): string {
  const engine = compilePolicies(aCluster([MESHED, OUTSIDE, ...PODS, SERVICE, ...objects]))
  const { mesh } = engine.evaluate({ from, to: 'shop/db', port, protocol: 'TCP' })
  return mesh === null ? 'no mesh' : `${mesh.encryption.mutualTls}: ${mesh.encryption.because}`
}

const rule = (mode: string) =>
  anObject('networking.istio.io/v1', 'DestinationRule', {
    name: 'db',
    namespace: 'shop',
    spec: { host: 'db', trafficPolicy: { tls: { mode } } },
  })

test('mutual TLS is expected between members, and not of a client without a certificate', () => {
  expect(encryption('shop/web', 5432)).toBe('expected: Both ends are in the mesh.')
  expect(encryption('legacy/old', 5432)).toBe('not-expected: The client shows no certificate of the mesh.')
})

test('the server may turn it off, a rule may tell clients otherwise, and some ports pass the proxy by', () => {
  const off = peerAuthentication('shop', 'default', { mtls: { mode: 'DISABLE' } })
  expect(encryption('shop/web', 5432, off)).toBe('not-expected: The destination does not take certificates there.')
  expect(encryption('shop/web', 5432, rule('DISABLE'))).toBe(
    'not-expected: DestinationRule shop/db tells clients of Service shop/db to use DISABLE.',
  )
  expect(encryption('shop/web', 5432, rule('ISTIO_MUTUAL'))).toBe('expected: Both ends are in the mesh.')
  expect(encryption('shop/web', 15090)).toBe('not-expected: The connection does not pass the proxy of the destination.')
})
