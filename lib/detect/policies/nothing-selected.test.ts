import { describe, expect, test } from 'vitest'
import { aDeployment, anObject, aWorkload } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const carts = aDeployment({ name: 'carts', namespace: 'shop', podLabels: { name: 'carts' } })

describe('NP-01, a policy that selects no pods', () => {
  test('names the policy, the field and the label that comes nearest', () => {
    const [finding, ...more] = findIn('NP-01', [carts, aPolicy('cart-access', { podSelector: { matchLabels: { name: 'cart' } } })])
    expect(more).toEqual([])
    expect(finding).toMatchObject({
      severity: 'warning',
      object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'cart-access', ref: 'NetworkPolicy:shop/cart-access' },
      field: 'spec.podSelector',
      value: '{"matchLabels":{"name":"cart"}}',
      evidence: ['shop/carts[Deployment] has label name=carts, wanted name=cart'],
    })
  })

  test('is gone when the label is right', () => {
    expect(findIn('NP-01', [carts, aPolicy('cart-access', { podSelector: { matchLabels: { name: 'carts' } } })])).toEqual([])
  })

  test('is information where the namespace has no pods yet', () => {
    const [finding] = findIn('NP-01', [aPolicy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] })])
    expect(finding).toMatchObject({ severity: 'info', message: 'The policy selects no pods: namespace shop has none.' })
  })

  test('does not call a value a slip of the pen that has nothing in common', () => {
    const [finding] = findIn('NP-01', [carts, aPolicy('x', { podSelector: { matchLabels: { name: 'frontend' } } })])
    expect(finding?.evidence).toEqual(['label name is carts; wanted name=frontend'])
  })

  test('reads the selectors of Calico and Cilium too', () => {
    const calico = { apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name: 'c', namespace: 'shop' } }
    expect(findIn('NP-01', [carts, { ...calico, spec: { selector: "name == 'cart'" } }])).toMatchObject([
      { field: 'spec.selector', evidence: ['shop/carts[Deployment] has label name=carts, wanted name=cart'] },
    ])
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' } }
    const specs = ['carts', 'cart'].map((name) => ({ endpointSelector: { matchLabels: { 'k8s:name': name } }, ingress: [{}] }))
    expect(findIn('NP-01', [carts, { ...cilium, specs }])).toMatchObject([
      { field: 'specs[1].endpointSelector', evidence: ['shop/carts[Deployment] has label name=carts, wanted name=cart'] },
    ])
  })

  test('is not said of a Calico policy for the interfaces of machines', () => {
    const policy = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'g' },
      spec: { selector: "role == 'edge'" },
    }
    const host = (role: string): object => ({
      apiVersion: 'projectcalico.org/v3',
      kind: 'HostEndpoint',
      metadata: { name: 'h', labels: { role } },
      spec: { node: 'n1', interfaceName: 'eth0' },
    })
    expect(findIn('NP-01', [carts, policy, host('edge')])).toEqual([])
    expect(findIn('NP-01', [carts, policy, host('inner')])).toHaveLength(1)
  })

  test('is said of mesh policies by their labels', () => {
    const policy = (app: string): object => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'a', namespace: 'shop' },
      spec: { selector: { matchLabels: { name: app } }, rules: [{}] },
    })
    expect(findIn('NP-01', [carts, policy('cart')])).toMatchObject([
      { field: 'spec.selector', evidence: ['shop/carts[Deployment] has label name=carts, wanted name=cart'] },
    ])
    expect(findIn('NP-01', [carts, policy('carts')])).toEqual([])
  })

  test('is information where an operator makes the pods', () => {
    const prometheus = anObject('monitoring.coreos.com/v1', 'Prometheus', { name: 'k8s', namespace: 'shop' })
    const policy = aPolicy('p', { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } })
    expect(findIn('NP-01', [carts, policy])).toMatchObject([{ severity: 'warning' }])
    expect(findIn('NP-01', [carts, policy, prometheus])).toMatchObject([{ severity: 'info', evidence: ['Prometheus shop/k8s'] }])
  })
})

describe('NP-09, a policy that selects host-network pods only', () => {
  const agent = (hostNetwork: boolean): object =>
    aWorkload('apps/v1', 'DaemonSet', { name: 'agent', namespace: 'shop', podLabels: { app: 'agent' }, hostNetwork })
  const policy = aPolicy('agent', { podSelector: { matchLabels: { app: 'agent' } } })

  test('names the workloads, and takes the place of NP-01', () => {
    expect(findIn('NP-09', [agent(true), policy])).toMatchObject([{ evidence: ['shop/agent[DaemonSet] has hostNetwork: true'] }])
    expect(findIn('NP-01', [agent(true), policy])).toEqual([])
  })

  test('is gone when the pods have addresses of their own', () => {
    expect(findIn('NP-09', [agent(false), policy])).toEqual([])
  })
})
