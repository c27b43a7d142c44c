import { expect, test } from 'vitest'
import { aNode, aPod } from '../../model/testing/objects'
import { created, NOON } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

test('a pod without an address is a warning after two minutes', () => {
  const pending = created(aPod({ name: 'web-1', namespace: 'shop', phase: 'Pending', ready: false }), '2026-11-22T11:55:00Z')
  expect(findIn('PP-01', [pending], { now: NOON })).toMatchObject([
    { severity: 'warning', message: 'Pod shop/web-1 has had no address for 5 minutes.' },
  ])
  expect(findIn('PP-01', [pending], { now: NOON - 4 * 60_000 })).toEqual([])
  expect(findIn('PP-01', [pending])).toEqual([])
  expect(findIn('PP-01', [created(aPod({ ip: '10.0.0.1' }), '2026-11-22T11:55:00Z')], { now: NOON })).toEqual([])
})

test('an address outside the ranges of the machines is a warning, unless most are: then the ranges are not known', () => {
  const node = aNode({ podCidrs: ['10.244.0.0/24'] })
  const [inside, other, outside] = [
    aPod({ name: 'a', ip: '10.244.0.1' }),
    aPod({ name: 'b', ip: '10.244.0.2' }),
    aPod({ name: 'c', ip: '10.99.0.1' }),
  ]
  expect(findIn('PP-02', [node, inside, other, outside])).toMatchObject([
    { object: { ref: 'default/c[Pod]' }, evidence: ['default/c has 10.99.0.1', 'ranges of pods: 10.244.0.0/24'] },
  ])
  expect(findIn('PP-02', [node, inside, outside])).toEqual([])
  expect(findIn('PP-02', [node, inside, other, aPod({ name: 'd', ip: 'fd00::1' })])).toEqual([])
  expect(findIn('PP-02', [node, inside, other, outside], { unread: ['/Node'] })).toEqual([])
})

test('two pods with one address are an error; a pod that goes away and host-network pods are none', () => {
  const [a, b] = [aPod({ name: 'a', ip: '10.0.0.1' }), aPod({ name: 'b', ip: '10.0.0.1', node: 'node-1' })]
  expect(findIn('PP-03', [a, b])).toMatchObject([{ severity: 'error', evidence: ['default/a', 'default/b on node-1'] }])
  expect(findIn('PP-03', [a, aPod({ name: 'b', ip: '10.0.0.1', terminating: true })])).toEqual([])
  expect(findIn('PP-03', [a, aPod({ name: 'b', ip: '10.0.0.1', phase: 'Succeeded' })])).toEqual([])
  expect(
    findIn(
      'PP-03',
      ['a', 'b'].map((name) => aPod({ name, ip: '10.0.0.1', hostNetwork: true })),
    ),
  ).toEqual([])
})
