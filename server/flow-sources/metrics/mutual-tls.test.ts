import { expect, test } from 'vitest'
import { EndPool } from './end-pool'
import { ISTIO_FAMILIES } from './istio-metrics'
import { LINKERD_FAMILIES } from './linkerd-metrics'

const ISTIO = {
  source_workload_namespace: 'shop',
  source_workload: 'web',
  destination_workload_namespace: 'shop',
  destination_workload: 'cart',
}
const LINKERD = { namespace: 'shop', pod: 'web-1', dst_namespace: 'shop', dst_deployment: 'cart', status_code: '200' }

function stated(id: string, labels: Readonly<Record<string, string>>): boolean | null | undefined {
  const family = [...ISTIO_FAMILIES, ...LINKERD_FAMILIES].find((each) => each.id === id)
  const known = new Set(family?.labels.map(({ name }) => name))
  const asked = new Map(Object.entries(labels).filter(([name]) => known.has(name)))
  const reading = family?.read(asked, new EndPool(), new Set())
  return reading == null ? null : reading.mutualTls
}

test.each([
  ['istio-requests', { ...ISTIO, connection_security_policy: 'mutual_tls' }, true],
  ['istio-requests', { ...ISTIO, connection_security_policy: 'none' }, false],
  ['istio-requests', { ...ISTIO, connection_security_policy: 'unknown' }, undefined],
  ['istio-tcp', { ...ISTIO, connection_security_policy: 'mutual_tls' }, true],
  ['istio-requests', ISTIO, undefined],
  ['linkerd-requests', { ...LINKERD, tls: 'true' }, true],
  ['linkerd-requests', { ...LINKERD, tls: 'no_identity' }, false],
  ['linkerd-tcp', { ...LINKERD, tls: 'loopback' }, undefined],
  ['linkerd-http-allow', { ...LINKERD, tls: 'true' }, true],
])('%s %j', (id, labels, expected) => {
  expect(stated(id, labels)).toBe(expected)
})
