import { describe, expect, test } from 'vitest'
import { aDeployment, aNamespace, aService } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const cart = aDeployment({ name: 'cart', namespace: 'shop' })
const ingress = (...rules: readonly object[]): object => aPolicy('cart', { podSelector: { matchLabels: { app: 'cart' } }, ingress: rules })

describe('an empty rule', () => {
  test('is information for ingress, and an error of thought where other rules stand beside it', () => {
    expect(findIn('NP-06', [cart, ingress({})])).toMatchObject([{ severity: 'info', field: 'spec.ingress[0]', value: '{}' }])
    const beside = ingress({ ports: [{ port: 80 }] }, {})
    expect(findIn('NP-06', [cart, beside])).toMatchObject([{ severity: 'warning', field: 'spec.ingress[1]' }])
  })

  test('is right for pods behind a door, and the usual way to leave egress open', () => {
    const door = aService({ name: 'cart', namespace: 'shop', type: 'LoadBalancer' })
    expect(findIn('NP-06', [cart, door, ingress({})])).toEqual([])
    expect(findIn('NP-06', [cart, aPolicy('out', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] })])).toEqual([])
  })

  test('means the opposite to Cilium', () => {
    const cilium = (...rules: readonly object[]): object => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'c', namespace: 'shop' },
      spec: { endpointSelector: {}, ingress: rules },
    })
    expect(findIn('NP-06', [cart, cilium({})])).toMatchObject([
      { severity: 'info', message: 'An empty rule allows nobody here: the policy denies all ingress.' },
    ])
    expect(findIn('NP-06', [cart, cilium({}, { fromEntities: ['host'] })])).toMatchObject([{ severity: 'warning' }])
    expect(findIn('NP-06', [cart, cilium({ fromEntities: ['host'] })])).toEqual([])
  })
})

test('an empty from is not nobody', () => {
  expect(findIn('NP-06', [cart, ingress({ from: [], ports: [{ port: 80 }] })])).toMatchObject([
    { severity: 'warning', field: 'spec.ingress[0].from', value: '[]' },
  ])
  expect(findIn('NP-06', [cart, ingress({ ports: [{ port: 80 }] })])).toEqual([])
})

test('the whole address space names the pods of the cluster too', () => {
  const all = ingress({ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] })
  expect(findIn('NP-06', [cart, all])).toMatchObject([{ severity: 'warning', field: 'spec.ingress[0].from[0]' }])
  expect(findIn('NP-06', [cart, all, aService({ name: 'cart', namespace: 'shop', type: 'NodePort' })])).toMatchObject([
    { severity: 'info' },
  ])
  expect(findIn('NP-06', [cart, ingress({ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] })])).toEqual([])
})

describe('podSelector and namespaceSelector as two items', () => {
  const away = [
    aNamespace({ name: 'web', labels: { team: 'web' } }),
    aDeployment({ name: 'front', namespace: 'web' }),
    aDeployment({ name: 'jobs', namespace: 'web' }),
  ]
  const pods = { podSelector: { matchLabels: { app: 'front' } } }
  const namespaces = { namespaceSelector: { matchLabels: { team: 'web' } } }

  test('are taken for a mistake where one item would have named somebody', () => {
    expect(findIn('NP-06', [cart, ...away, ingress({ from: [pods, namespaces] })])).toMatchObject([
      { field: 'spec.ingress[0].from', evidence: ['the namespaces alone: 2 workloads', 'both together: 1 workload'] },
    ])
  })

  test('are fine as one item, and where the pods are those of the own namespace', () => {
    expect(findIn('NP-06', [cart, ...away, ingress({ from: [{ ...pods, ...namespaces }] })])).toEqual([])
    const own = { podSelector: { matchLabels: { app: 'cart' } } }
    expect(findIn('NP-06', [cart, ...away, ingress({ from: [own, namespaces] })])).toEqual([])
  })
})
