import { expect, test } from 'vitest'
import { aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const pod = (name: string, ports: readonly { name?: string; containerPort: number; protocol?: string }[]) =>
  aPod({ name, namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', ports })
const serving = (targetPort: number | string, protocol = 'TCP', clusterIp?: string) =>
  aService({
    name: 'web',
    namespace: 'shop',
    ports: [{ port: 80, targetPort, protocol }],
    ...(clusterIp === undefined ? {} : { clusterIp }),
  })

test('a named target port that no container has is an error, also when the slices list the pods as ready', () => {
  const slice = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1' }], { ports: null })
  expect(findIn('SV-03', [serving('http'), pod('web-1', [{ name: 'web', containerPort: 8080 }]), slice])).toMatchObject([
    {
      severity: 'error',
      field: 'spec.ports[0].targetPort',
      value: 'http',
      evidence: ['the EndpointSlices list one pod without this port', 'shop/web-1[Pod] has TCP 8080 (web)'],
    },
  ])
})

test('a name that only some pods lack is a warning; another protocol is no match', () => {
  const [has, lacks] = [
    pod('web-1', [{ name: 'http', containerPort: 8080 }]),
    pod('web-2', [{ name: 'http', containerPort: 80, protocol: 'UDP' }]),
  ]
  expect(findIn('SV-03', [serving('http'), has, lacks])).toMatchObject([
    { severity: 'warning', message: expect.stringMatching(/^1 of 2 pods/), evidence: ['shop/web-2[Pod] has UDP 80 (http)'] },
  ])
  expect(findIn('SV-03', [serving('http'), has])).toEqual([])
  expect(findIn('SV-03', [serving('http'), lacks], { unread: ['/Pod'] })).toEqual([])
})

test('a number that no container declares is information', () => {
  expect(findIn('SV-04', [serving(9000), pod('web-1', [{ containerPort: 8080 }])])).toMatchObject([
    { severity: 'info', message: 'No container declares TCP 9000, where port TCP 80 leads.' },
  ])
  expect(findIn('SV-04', [serving(8080), pod('web-1', [{ containerPort: 8080 }])])).toEqual([])
  expect(findIn('SV-04', [serving(9000, 'TCP', 'None'), pod('web-1', [{ containerPort: 8080 }])])).toEqual([])
})

test('a number that containers declare for another protocol only is a warning', () => {
  const dns = pod('web-1', [{ containerPort: 53, protocol: 'UDP' }])
  expect(findIn('SV-18', [serving(53), dns])).toMatchObject([
    {
      severity: 'warning',
      field: 'spec.ports[0].protocol',
      message: 'Port TCP 80 leads to TCP 53, and the containers listen there for UDP.',
    },
  ])
  expect(findIn('SV-04', [serving(53), dns])).toEqual([])
  expect(findIn('SV-18', [serving(53, 'UDP'), dns])).toEqual([])
})
