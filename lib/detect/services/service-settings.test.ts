import { expect, test } from 'vitest'
import { anObject, aPod, aService } from '../../model/testing/objects'
import { aSlice } from '../testing/cluster-objects'
import { findIn } from '../testing/find-in'

const service = (spec: object, more: object = {}) => aService({ name: 'web', namespace: 'shop', spec, ...more })
const pod = aPod({
  name: 'web-1',
  namespace: 'shop',
  labels: { app: 'web' },
  ip: '10.0.0.1',
  ports: [{ name: 'http', containerPort: 8080 }],
})
const settings = (objects: readonly object[]) => findIn('SV-11', objects).map(({ field, value }) => [field, value])

test('what a headless Service ignores is information', () => {
  const headless = service({ clusterIP: 'None', sessionAffinity: 'ClientIP', ports: [{ port: 80, targetPort: 'http' }] })
  expect(settings([headless, pod])).toEqual([
    ['spec.ports[0].targetPort', 'http'],
    ['spec.sessionAffinity', 'ClientIP'],
  ])
  expect(settings([service({ clusterIP: 'None', ports: [{ port: 8080, targetPort: 'http' }] }), pod])).toEqual([])
  expect(settings([service({ sessionAffinity: 'ClientIP', ports: [{ port: 80, targetPort: 8080 }] }), pod])).toEqual([])
})

test('affinity by the address of the client is in vain where another address stands in its place', () => {
  const affine = { sessionAffinity: 'ClientIP' }
  expect(findIn('SV-12', [service({ ...affine, type: 'NodePort' })])).toMatchObject([
    { severity: 'warning', evidence: ['type NodePort with externalTrafficPolicy Cluster'] },
  ])
  const ingress = anObject('networking.k8s.io/v1', 'Ingress', {
    name: 'web',
    namespace: 'shop',
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  })
  expect(findIn('SV-12', [service(affine), ingress])).toMatchObject([{ evidence: ['Ingress:shop/web leads to the Service'] }])
  const route = anObject('traefik.io/v1alpha1', 'IngressRoute', {
    name: 'web',
    namespace: 'shop',
    spec: { routes: [{ match: 'Host(`a.example.com`)', kind: 'Rule', services: [{ name: 'web', port: 80 }] }] },
  })
  expect(findIn('SV-12', [service(affine), route])).toMatchObject([{ evidence: ['IngressRoute:shop/web leads to the Service'] }])
  expect(findIn('SV-12', [service(affine)])).toEqual([])
  expect(findIn('SV-12', [service({ ...affine, type: 'NodePort', externalTrafficPolicy: 'Local' })])).toEqual([])
})

test('a Service with an address that also leads to pods which are not ready is information', () => {
  const published = service({ publishNotReadyAddresses: true })
  const slice = aSlice('web', [{ pod: 'web-1', ip: '10.0.0.1', ready: true, serving: false }])
  expect(findIn('SV-13', [published, pod, slice])).toMatchObject([
    { severity: 'info', message: '1 of 1 pods get traffic of the Service and are not ready.' },
  ])
  expect(findIn('SV-13', [service({ publishNotReadyAddresses: true, clusterIP: 'None' })])).toEqual([])
})

test('evidence stands in one order, in whatever order the pods came', () => {
  const pods = ['web-2', 'web-1'].map((name) => aPod({ name, namespace: 'shop', labels: { app: 'web' }, ready: false }))
  expect(findIn('SV-13', [service({ publishNotReadyAddresses: true }), ...pods])).toMatchObject([
    { evidence: ['shop/web-1 is not ready', 'shop/web-2 is not ready'] },
  ])
})
