import { expect, test } from 'vitest'
import { serviceNetwork } from '@/lib/api/service-network'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { aPod, aService } from '@/lib/model/testing/objects'
import { familyWords } from './service-network'

function words(spec: object, ...ips: readonly string[]): string | null {
  const cluster = aCluster([aService({ name: 'web', spec }), aPod({ name: 'web', labels: { app: 'web' }, ips })])
  const [service] = cluster.services.values()
  if (service === undefined) throw new Error('no Service')
  return familyWords(serviceNetwork(cluster, service, []))
}

test('families that are asked for, granted and usable', () => {
  const dual = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'], clusterIPs: ['10.96.0.1', 'fd00::1'] }
  expect(words(dual, '10.0.0.1', 'fd00:1::1')).toBe('asks for PreferDualStack IPv4, IPv6; got IPv4, IPv6; all usable')
  expect(words(dual, '10.0.0.1')).toBe('asks for PreferDualStack IPv4, IPv6; got IPv4, IPv6; usable: IPv4')
  expect(words({ ...dual, clusterIPs: ['10.96.0.1'] }, '10.0.0.1')).toBe('asks for PreferDualStack IPv4, IPv6; got IPv4; all usable')
  expect(words({ type: 'ClusterIP' }, '10.0.0.1')).toBeNull()
})
