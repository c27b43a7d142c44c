import { expect, test } from 'vitest'
import { aPod, aService, aWorkload } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const database = (replicas: number, serviceName: string) =>
  aWorkload('apps/v1', 'StatefulSet', { name: 'db', namespace: 'shop', replicas, spec: { serviceName } })
const headless = aService({ name: 'db', namespace: 'shop', clusterIp: 'None' })

test('a StatefulSet whose Service is missing, or has an address, gives its pods no names', () => {
  expect(findIn('SV-16', [database(3, 'db-peers'), headless])).toMatchObject([
    { severity: 'error', field: 'spec.serviceName', value: 'db-peers', object: { ref: 'shop/db[StatefulSet]' } },
  ])
  expect(findIn('SV-16', [database(3, 'db'), aService({ name: 'db', namespace: 'shop' })])).toMatchObject([
    { message: 'serviceName names Service db, which is not headless: its pods get no names of their own.' },
  ])
  expect(findIn('SV-16', [database(1, 'db-peers')])).toMatchObject([{ severity: 'info' }])
})

test('the subdomain of other pods needs one too', () => {
  const pod = aPod({ name: 'a', namespace: 'shop', spec: { hostname: 'a', subdomain: 'peers', containers: [] } })
  expect(findIn('SV-16', [pod])).toMatchObject([{ field: 'spec.subdomain', value: 'peers' }])
})

test('it is silent with a headless Service, and when Services could not be read', () => {
  expect(findIn('SV-16', [database(3, 'db'), headless])).toEqual([])
  expect(findIn('SV-16', [database(3, 'db-peers')], { unread: ['/Service'] })).toEqual([])
})
