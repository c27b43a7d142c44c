import { expect, test } from 'vitest'
import { aDeployment, aNode, aPod, aWorkload } from '../../model/testing/objects'
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
        'DaemonSet kube-system/kube-flannel-ds is Flannel and runs. Flannel does not enforce NetworkPolicy: nobody enforces what the policies say.',
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

test('machines without the plugin are a warning when pods that policies isolate run there', () => {
  const agent = aPod({ name: 'calico-node-x', namespace: 'kube-system', node: 'node-1', owner: { kind: 'DaemonSet', name: 'calico-node' } })
  const base = [plugin('calico-node'), agent, aNode(), aNode({ name: 'node-2' }), ...policies]
  const web = (node: string) => aPod({ name: 'web', namespace: 'shop', node })
  expect(findIn('NP-10', [...base, web('node-1')])).toEqual([])
  expect(findIn('NP-10', [...base, web('node-2')])).toMatchObject([
    { severity: 'warning', message: 'Nobody enforces policies on node-2: 1 pod that policies isolate runs there.' },
  ])
})

test('while DaemonSets cannot all be read, nobody is said to enforce nothing', () => {
  expect(findIn('NP-10', [cart, ...policies, plugin('kube-flannel-ds')], { unread: ['apps/DaemonSet'] })).toEqual([])
})
