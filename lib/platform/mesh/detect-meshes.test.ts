import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aDeployment, aNamespace, aPod } from '../../model/testing/objects'
import { detectMeshes } from './detect-meshes'

test('members are counted by the way they take part', () => {
  const proxy = { name: 'istio-proxy' }
  const cluster = aCluster([
    aDeployment({ name: 'istiod', namespace: 'istio-system' }),
    aNamespace({ name: 'shop', labels: { 'istio-injection': 'enabled' } }),
    aPod({ name: 'old', namespace: 'shop', spec: { containers: [{ name: 'app' }, proxy] } }),
    aPod({
      name: 'new',
      namespace: 'shop',
      spec: { containers: [{ name: 'app' }], initContainers: [{ ...proxy, restartPolicy: 'Always' }] },
    }),
    aPod({ name: 'ambient', namespace: 'other', annotations: { 'ambient.istio.io/redirection': 'enabled' } }),
    aPod({ name: 'host', namespace: 'shop', hostNetwork: true }),
  ])
  const [mesh] = detectMeshes(cluster)
  expect(mesh).toMatchObject({ name: 'Istio', state: 'running', members: { sidecar: 1, 'native-sidecar': 1, ambient: 1 } })
  expect(mesh?.evidence[0]?.text).toBe('Deployment istio-system/istiod is the control plane of Istio and runs.')
})

test('policies and labels alone only ask for a mesh', () => {
  const cluster = aCluster([aNamespace({ name: 'shop', labels: { 'istio-injection': 'enabled' } })])
  expect(detectMeshes(cluster)).toMatchObject([{ name: 'Istio', state: 'asked-for', evidence: [] }])
  expect(detectMeshes(aCluster([aNamespace({ name: 'shop' })]))).toEqual([])
})
