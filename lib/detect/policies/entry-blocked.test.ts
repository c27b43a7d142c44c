import { expect, test } from 'vitest'
import { aDeployment, aNamespace, anObject, aService } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const web = aDeployment({ name: 'web', namespace: 'shop' })
const other = aDeployment({ name: 'other', namespace: 'shop' })
const service = aService({ name: 'web', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
const admitting = (...from: readonly object[]): object =>
  aPolicy('web', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from, ports: [{ port: 8080 }] }] })
const fromOther = { podSelector: { matchLabels: { app: 'other' } } }

test('a LoadBalancer before pods that let in no outside address', () => {
  const door = aService({ name: 'web', namespace: 'shop', type: 'LoadBalancer', ports: [{ port: 80, targetPort: 8080 }] })
  expect(findIn('NP-13', [web, other, door, admitting(fromOther)])).toMatchObject([
    {
      severity: 'warning',
      object: { ref: 'svc:shop/web' },
      evidence: ['shop/web[Deployment] is reached on TCP 8080', 'NetworkPolicy:shop/web isolates it'],
    },
  ])
  expect(findIn('NP-13', [web, other, door, admitting({ ipBlock: { cidr: '198.51.100.0/24' } })])).toEqual([])
  expect(findIn('NP-13', [web, other, service, admitting(fromOther)])).toEqual([])
})

const ingress = anObject('networking.k8s.io/v1', 'Ingress', {
  name: 'web',
  namespace: 'shop',
  spec: { ingressClassName: 'nginx', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
})
const ingressClass = anObject('networking.k8s.io/v1', 'IngressClass', { name: 'nginx', spec: { controller: 'k8s.io/ingress-nginx' } })
const controller = [
  aNamespace({ name: 'edge', labels: { edge: 'yes' } }),
  aDeployment({ name: 'controller', namespace: 'edge', podLabels: { 'app.kubernetes.io/name': 'ingress-nginx' } }),
]

test('an Ingress before pods that do not let its controller in', () => {
  const objects = [web, other, service, ingress, ingressClass]
  const [finding, ...more] = findIn('NP-13', [...objects, ...controller, admitting(fromOther)])
  expect(more).toEqual([])
  expect(finding).toMatchObject({ object: { kind: 'Ingress', ref: 'Ingress:shop/web' } })
  expect(finding?.message).toContain('edge/controller[Deployment]')
  expect(
    findIn('NP-13', [...objects, ...controller, admitting(fromOther, { namespaceSelector: { matchLabels: { edge: 'yes' } } })]),
  ).toEqual([])
})

test('without the controller in the input nothing is said', () => {
  expect(findIn('NP-13', [web, other, service, ingress, ingressClass, admitting(fromOther)])).toEqual([])
})
