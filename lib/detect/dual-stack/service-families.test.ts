import { expect, test } from 'vitest'
import { aPod, aService } from '../../model/testing/objects'
import { aSlice, created } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const dual = {
  ipFamilyPolicy: 'RequireDualStack',
  ipFamilies: ['IPv4', 'IPv6'],
  clusterIPs: ['10.96.0.5', 'fd00::5'],
  clusterIP: '10.96.0.5',
}
const service = (spec: object, more: object = {}) =>
  created(aService({ name: 'web', namespace: 'shop', spec, ...more }), '2026-11-22T11:00:00Z')
const pod = (name: string, ips: readonly string[], app = 'web') => aPod({ name, namespace: 'shop', labels: { app }, ips })

test('a dual-stack Service needs pods of both families', () => {
  expect(findIn('DS-01', [service(dual), pod('web-1', ['10.0.0.1'])])).toMatchObject([
    { severity: 'error', message: 'The Service answers on IPv4 and IPv6, and no ready endpoint has an IPv6 address.' },
  ])
  expect(findIn('DS-01', [service(dual), pod('web-1', ['10.0.0.1', 'fd00::1'])])).toEqual([])
  expect(findIn('DS-01', [service(dual), pod('web-1', ['10.0.0.1'])], { unread: ['/Pod'] })).toEqual([])
})

test('a headless Service whose endpoints somebody lists asks for nothing that it was not given', () => {
  const headless = { ...dual, clusterIP: 'None', clusterIPs: ['None'], selector: null }
  const listed = aSlice('web', [{ ip: '10.0.0.1' }])
  expect(findIn('DS-01', [service(headless), listed])).toEqual([])
  expect(findIn('DS-01', [service({ ...headless, selector: { app: 'web' } }), pod('web-1', ['10.0.0.1'])])).toHaveLength(1)
  expect(findIn('DS-03', [service({ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'], clusterIP: 'None' })])).toEqual([])
})

test('clients without an address of the family of a Service cannot call it', () => {
  const six = service({ ipFamilies: ['IPv6'], clusterIP: 'fd00::5' })
  const both = pod('web-1', ['10.0.0.1', 'fd00::1'])
  expect(findIn('DS-02', [six, both, pod('client', ['10.0.0.2'], 'client')])).toMatchObject([
    { severity: 'warning', evidence: ['shop/client[Pod] has no IPv6 address'] },
  ])
  expect(findIn('DS-02', [six, both, pod('client', ['10.0.0.2', 'fd00::2'], 'client')])).toEqual([])
})

test('what is asked for and not granted is information', () => {
  const asked = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'], clusterIP: '10.96.0.5' }
  expect(findIn('DS-03', [service(asked)])).toMatchObject([
    { severity: 'info', message: 'The Service asks for both families and was given IPv4 only.' },
  ])
  expect(findIn('DS-03', [service({ ...dual, type: 'LoadBalancer' }, { loadBalancerIps: ['203.0.113.4'] })])).toMatchObject([
    { message: 'The load balancer has an IPv4 address only, although the Service answers on both families.' },
  ])
  expect(findIn('DS-03', [service(dual)])).toEqual([])
  expect(findIn('DS-03', [aService({ spec: { ipFamilyPolicy: 'PreferDualStack' } })])).toEqual([])
})
