import { describe, expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aDeployment, aPod } from '../../model/testing/objects'
import { compilePolicies } from '../engine'
import { MESHED, OUTSIDE, policy, words } from './testing/istio-shop'

describe('membership', () => {
  const allow = policy({ selector: undefined, rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })
  const sidecar = (kind: 'containers' | 'initContainers', extra: object = {}) => ({
    containers: [{ name: 'app' }, ...(kind === 'containers' ? [{ name: 'istio-proxy' }] : [])],
    ...(kind === 'initContainers' ? { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }] } : {}),
    ...extra,
  })
  const evidence = (objects: readonly object[], to = 'shop/db') =>
    compilePolicies(aCluster([...objects, allow])).evaluate({ from: 'ip:192.0.2.1', to, port: 80, protocol: 'TCP' }).mesh?.destination

  test.each([
    ['a sidecar container', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy', spec: sidecar('containers') })], 'yes'],
    ['a native sidecar', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy', spec: sidecar('initContainers') })], 'yes'],
    ['a pod that asks for it', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy', labels: { 'sidecar.istio.io/inject': 'true' } })], 'yes'],
    ['a pod that says no', [MESHED, aPod({ name: 'db', namespace: 'shop', labels: { 'sidecar.istio.io/inject': 'false' } })], undefined],
    [
      'a running pod without the proxy',
      [MESHED, aPod({ name: 'db', namespace: 'shop', extra: { metadata: { name: 'db', namespace: 'shop', uid: 'u' } } })],
      undefined,
    ],
    ['the network of the machine', [MESHED, aPod({ name: 'db', namespace: 'shop', hostNetwork: true })], undefined],
    ['a namespace that nobody describes', [aPod({ name: 'db', namespace: 'shop' })], 'perhaps'],
    ['a namespace that says nothing', [OUTSIDE, aPod({ name: 'db', namespace: 'legacy' })], undefined],
  ])('%s', (_, objects, isMember) => {
    const to = JSON.stringify(objects).includes('"namespace":"legacy"') ? 'legacy/db' : 'shop/db'
    expect(evidence(objects, to)?.isMember).toBe(isMember)
  })

  test('annotations of a pod template count', () => {
    const template = {
      metadata: { labels: { app: 'db' }, annotations: { 'sidecar.istio.io/inject': 'true' } },
      spec: { containers: [{ name: 'app' }] },
    }
    const objects = [OUTSIDE, aDeployment({ name: 'db', namespace: 'legacy', spec: { template } })]
    expect(evidence(objects, 'legacy/db[Deployment]')?.evidence).toBe('The pod asks with sidecar.istio.io/inject=true for a sidecar.')
  })

  test('where nobody can tell, only what holds either way is certain', () => {
    const pods = [aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' } }), aPod({ name: 'web', namespace: 'shop' })]
    const engine = compilePolicies(aCluster([...pods, policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] })]))
    expect(words(engine.evaluate({ from: 'ip:192.0.2.1', to: 'shop/db', port: 80, protocol: 'TCP' }))).toBe('unknown mesh-membership')
    expect(words(engine.evaluate({ from: 'shop/db', to: 'shop/web', port: 80, protocol: 'TCP' }))).toBe('allowed')
  })
})
