import { expect, test } from 'vitest'
import { aDeployment, aWorkload } from '../../model/testing/objects'
import { aPolicy, findIn } from '../testing/find-in'

const cart = aDeployment({ name: 'cart', namespace: 'shop' })
const plugin = (name: string): object => aWorkload('apps/v1', 'DaemonSet', { name, namespace: 'kube-system' })
const policies = [aPolicy('a', { podSelector: {} }), aPolicy('b', { podSelector: {} })]
const cilium = {
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name: 'c', namespace: 'shop' },
  spec: { endpointSelector: {}, ingress: [{}] },
}

test('a plugin that enforces nothing is one finding for all policies, with what it is known by', () => {
  expect(findIn('NP-10', [cart, ...policies, plugin('kube-flannel-ds')])).toMatchObject([
    {
      severity: 'error',
      object: { ref: 'kube-system/kube-flannel-ds[DaemonSet]' },
      message: 'All 2 policies of the cluster are enforced by nobody.',
      evidence: [
        'DaemonSet kube-system/kube-flannel-ds is Flannel, which enforces no policies: nobody enforces what they say.',
        'NetworkPolicy:shop/a',
        'NetworkPolicy:shop/b',
      ],
    },
  ])
})

test('it is silent without evidence, without policies, and where somebody enforces', () => {
  expect(findIn('NP-10', [cart, ...policies])).toEqual([])
  expect(findIn('NP-10', [cart, plugin('kube-flannel-ds')])).toEqual([])
  expect(findIn('NP-10', [cart, ...policies, plugin('calico-node')])).toEqual([])
})

test('a kind of another plugin is named, with the plugin that runs', () => {
  expect(findIn('NP-10', [cart, cilium, plugin('calico-node')])).toMatchObject([
    {
      severity: 'error',
      field: 'apiVersion',
      value: 'cilium.io/v2',
      message: 'CiliumNetworkPolicy of Cilium is not enforced: Calico runs here.',
    },
  ])
  expect(findIn('NP-10', [cart, cilium, plugin('cilium')])).toEqual([])
})

test('a plugin that runs is not said to ignore its own kinds', () => {
  const antrea = { apiVersion: 'crd.antrea.io/v1beta1', kind: 'ClusterNetworkPolicy', metadata: { name: 'a' }, spec: { priority: 5 } }
  expect(findIn('NP-10', [cart, antrea, plugin('antrea-agent')])).toEqual([])
  expect(findIn('NP-10', [cart, antrea, plugin('calico-node')])).toHaveLength(1)
})
