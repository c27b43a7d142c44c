import { expect, test } from 'vitest'
import { aCluster } from '../../model/testing/a-cluster'
import { aWorkload } from '../../model/testing/objects'
import { compilePolicies } from '../../policy/engine'
import { MESHED, OUTSIDE, PODS, policy, SERVICE } from '../../policy/mesh/testing/istio-shop'
import { basisOf } from './basis'
import { verdictText } from './verdict-text'

const flannel = aWorkload('apps/v1', 'DaemonSet', {
  name: 'kube-flannel-ds',
  namespace: 'kube-flannel',
  spec: { selector: {}, template: { metadata: { labels: { app: 'flannel' } }, spec: { containers: [{ name: 'kube-flannel' }] } } },
})
const isolated = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'db', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'] },
}
const refused = policy({ action: 'DENY', rules: [{}] })

function text(...policies: readonly object[]): string {
  const cluster = aCluster([MESHED, OUTSIDE, ...PODS, SERVICE, flannel, ...policies])
  const engine = compilePolicies(cluster)
  const question = { from: 'shop/web', to: 'shop/db', port: 5432, protocol: 'TCP' } as const
  return verdictText(question, engine.evaluate(question), { explain: false, nameOf: (end) => end }, basisOf(cluster, engine, false))
}

test('a denial that nobody enforces says so; what a mesh refuses is refused whatever the plugin does', () => {
  expect(text(isolated)).toContain('enforced by nobody: Flannel does not enforce NetworkPolicy')
  expect(text(refused)).toMatch(/^DENIED/)
  expect(text(refused)).not.toContain('enforced by nobody')
  expect(text(isolated, refused)).not.toContain('enforced by nobody')
})
