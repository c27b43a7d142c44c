import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { aPod, aWorkload } from '../model/testing/objects'
import { compilePolicies, updatePolicies } from './engine'

const cilium = aWorkload('apps/v1', 'DaemonSet', { name: 'cilium', namespace: 'kube-system' })
const config = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cilium-config', namespace: 'kube-system' },
  data,
})
const pods = [aPod({ name: 'a', ip: '10.0.0.1' }), aPod({ name: 'b', ip: '10.0.0.2' })]
const question = { from: 'default/a', to: 'default/b', port: 80, protocol: 'TCP' } as const

test('what the settings of Cilium say holds, and what a person assumes counts before', () => {
  const always = aCluster([cilium, config({ 'enable-policy': 'always', 'cluster-name': 'blue' }), ...pods])
  const engine = compilePolicies(always)
  expect(engine.assumptions).toMatchObject({ enablePolicy: 'always', cluster: 'blue' })
  expect(engine.evaluate(question).verdict).toBe('denied')
  expect(compilePolicies(always, { assumptions: { enablePolicy: 'default' } }).evaluate(question).verdict).toBe('allowed')
  expect(compilePolicies(aCluster([cilium, config({}), ...pods])).evaluate(question).verdict).toBe('allowed')
})

test('a changed setting changes the answers of the next state', () => {
  const before = compilePolicies(aCluster([cilium, config({}), ...pods]))
  const after = updatePolicies(before, aCluster([cilium, config({ 'enable-policy': 'always' }), ...pods]))
  expect([before, after].map((engine) => engine.evaluate(question).verdict)).toEqual(['allowed', 'denied'])
})

test('the mesh says what its identities begin with', () => {
  const mesh = 'trustDomain: corp.example\nrootNamespace: mesh\n'
  const istio = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } }
  expect(compilePolicies(aCluster([istio])).assumptions).toMatchObject({ istioTrustDomain: 'corp.example', istioRootNamespace: 'mesh' })
})
