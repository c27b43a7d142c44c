import { expect, test } from 'vitest'
import { followExternalName } from './external-name'
import { serviceRef } from './names'
import { aCluster } from './testing/a-cluster'
import { anObject, aService } from './testing/objects'

const alias = (name: string, externalName: string) => aService({ name, type: 'ExternalName', selector: null, spec: { externalName } })

function follow(objects: readonly object[], name: string) {
  const cluster = aCluster(objects)
  const service = cluster.services.get(serviceRef('default', name))
  return service === undefined ? null : followExternalName(cluster, service)
}

test('an alias ends outside, at an address, or at a Service', () => {
  expect(follow([alias('a', 'API.Example.com.')], 'a')?.end).toEqual({ kind: 'dns', name: 'api.example.com' })
  expect(follow([alias('a', '192.0.2.1')], 'a')?.end).toEqual({ kind: 'address', address: '192.0.2.1' })
  expect(follow([alias('a', 'b.default.svc.cluster.local'), aService({ name: 'b' })], 'a')).toEqual({
    through: ['svc:default/a'],
    end: { kind: 'service', service: 'svc:default/b' },
  })
  expect(follow([alias('a', 'b.default.svc.cluster.local')], 'a')?.end).toEqual({ kind: 'missing', service: 'svc:default/b' })
  expect(follow([aService({ name: 'b' })], 'b')).toBeNull()
})

test('a loop of aliases is found', () => {
  const loop = [alias('a', 'b.default.svc.cluster.local'), alias('b', 'a.default.svc.cluster.local')]
  expect(follow(loop, 'a')).toEqual({ through: ['svc:default/a', 'svc:default/b'], end: { kind: 'loop' } })
  expect(follow([alias('a', 'a.default.svc.cluster.local')], 'a')?.end).toEqual({ kind: 'loop' })
})

test('names end in the zone that the cluster states', () => {
  const zone = anObject('v1', 'ConfigMap', {
    name: 'coredns',
    namespace: 'kube-system',
    extra: { data: { Corefile: '.:53 {\n  kubernetes corp.example in-addr.arpa ip6.arpa\n}\n' } },
  })
  const service = { kind: 'service', service: 'svc:default/b' }
  expect(follow([zone, alias('a', 'b.default.svc.corp.example'), aService({ name: 'b' })], 'a')?.end).toEqual(service)
  expect(follow([zone, alias('a', 'b.default.svc.cluster.local'), aService({ name: 'b' })], 'a')?.end.kind).toBe('dns')
})
