import { expect, test } from 'vitest'
import { aService } from '../../model/testing/objects'
import { created, NOON } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const balanced = (name: string, spec: object = {}, ips: readonly string[] = []) =>
  created(aService({ name, namespace: 'shop', type: 'LoadBalancer', loadBalancerIps: ips, spec }), '2026-11-22T11:50:00Z')

test('a load balancer without an address is an error after five minutes', () => {
  const objects = [balanced('web')]
  expect(findIn('SV-07', objects, { now: NOON })).toMatchObject([
    { severity: 'error', message: 'The load balancer has had no address for 10 minutes.' },
  ])
  expect(findIn('SV-07', objects, { now: NOON - 6 * 60_000 })).toEqual([])
  expect(findIn('SV-07', objects)).toEqual([])
  expect(findIn('SV-07', [balanced('web', {}, ['203.0.113.4'])], { now: NOON })).toEqual([])
})

test('a class of which no Service has an address is named', () => {
  const classed = { loadBalancerClass: 'example.com/lb' }
  expect(findIn('SV-07', [balanced('web', classed)], { now: NOON }).map(({ severity, value }) => [severity, value])).toEqual([
    ['error', null],
    ['info', 'example.com/lb'],
  ])
  const served = balanced('api', classed, ['203.0.113.4'])
  expect(findIn('SV-07', [balanced('web', classed), served], { now: NOON }).map(({ severity }) => severity)).toEqual(['error'])
})
