import { expect, test } from 'vitest'
import { aDeployment, aService } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const cart = aDeployment({ name: 'cart', namespace: 'shop', ports: [{ name: 'http', containerPort: 8080 }] })
const web = aDeployment({ name: 'web', namespace: 'shop' })
const service = aService({ name: 'cart', namespace: 'shop', ports: [{ port: 80, targetPort: 8080 }] })
const ingress = (port: number | string, protocol = 'TCP'): object =>
  aPolicy('cart', {
    podSelector: { matchLabels: { app: 'cart' } },
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port, protocol }] }],
  })
const egress = (port: number | string): object =>
  aPolicy('web', {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'cart' } } }], ports: [{ port }] }],
  })

test('the port of the Service instead of that of the pods, in both directions', () => {
  expect(findIn('NP-07', [cart, web, service, ingress(80)])).toMatchObject([
    {
      severity: 'error',
      field: 'spec.ingress[0].ports[0].port',
      value: '80',
      message: '80 is the port of Service shop/cart; its pods listen on 8080, which no rule allows.',
      fix: 'Write 8080 instead of 80.',
    },
  ])
  expect(findIn('NP-07', [cart, web, service, egress(80)])).toMatchObject([{ field: 'spec.egress[0].ports[0].port' }])
})

test('it is gone with the right port, and where the pods listen on that port too', () => {
  expect(findIn('NP-07', [cart, web, service, ingress(8080), egress(8080)])).toEqual([])
  const listening = aDeployment({ name: 'cart', namespace: 'shop', ports: [{ containerPort: 8080 }, { containerPort: 80 }] })
  expect(findIn('NP-07', [listening, web, service, ingress(80)])).toEqual([])
})

test('another rule for the right port makes it harmless', () => {
  const right = aPolicy('right', { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ ports: [{ port: 'http' }] }] })
  expect(findIn('NP-07', [cart, web, service, ingress(80), right])).toEqual([])
})

test('a port name that no container has', () => {
  expect(findIn('NP-07', [cart, web, ingress('https')])).toMatchObject([{ field: 'spec.ingress[0].ports[0].port', value: 'https' }])
  expect(findIn('NP-07', [cart, web, egress('https')])).toMatchObject([{ field: 'spec.egress[0].ports[0].port' }])
  expect(findIn('NP-07', [cart, web, ingress('http', 'UDP')])).toMatchObject([{ evidence: ['they have it with TCP'] }])
  expect(findIn('NP-07', [cart, web, ingress('http'), egress('http')])).toEqual([])
})

test('a name in a policy for all pods is milder', () => {
  const policy = aPolicy('all', { podSelector: {}, ingress: [{ ports: [{ port: 'metrics' }] }] })
  expect(findIn('NP-07', [cart, web, policy])).toMatchObject([{ severity: 'warning' }])
})

test('a name is fine when some of the pods have it', () => {
  const policy = aPolicy('all', { podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] })
  expect(findIn('NP-07', [cart, web, policy])).toEqual([])
})
