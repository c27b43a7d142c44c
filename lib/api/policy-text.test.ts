import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { fieldLines, policyText } from './policy-text'

const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }, {}],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
  },
}

test('each rule of a policy is found by its lines in the YAML', () => {
  const [raw] = aCluster([policy]).policies
  const text = policyText(raw as NonNullable<typeof raw>)
  const lines = text.yaml.split('\n')
  const shown = new Map(text.rules.map(({ rule, firstLine, lastLine }) => [rule, lines.slice(firstLine - 1, lastLine).join('\n')]))
  expect(shown.get('ingress[0]')).toContain('port: 8080')
  expect(shown.get('ingress[0]')).not.toContain('{}\n    -')
  expect(shown.get('ingress[1]')?.trim()).toBe('- {}')
  expect(shown.get('egress[0]')).toContain('cidr: 10.0.0.0/8')
  expect(text.ref).toBe('NetworkPolicy:shop/cart')
})

test('a policy without rules has no rule lines', () => {
  const [raw] = aCluster([{ ...policy, spec: { podSelector: {} } }]).policies
  expect(policyText(raw as NonNullable<typeof raw>).rules).toEqual([])
})

test('a field is found by its path, with everything that stands below it', () => {
  const yaml =
    'spec:\n  podSelector:\n    matchLabels:\n      app.io/name: x\n  ingress:\n    - from: []\n    - ports:\n        - port: 80\n'
  expect(fieldLines(yaml, 'spec.podSelector')).toEqual({ firstLine: 2, lastLine: 4 })
  expect(fieldLines(yaml, 'spec.podSelector.matchLabels["app.io/name"]')).toEqual({ firstLine: 4, lastLine: 4 })
  expect(fieldLines(yaml, 'spec.ingress[1].ports[0]')).toEqual({ firstLine: 8, lastLine: 8 })
  expect(fieldLines(yaml, 'spec.egress')).toBeNull()
})

test('the specs of a Cilium policy are told apart', () => {
  const specs = [
    { endpointSelector: {}, ingress: [{}] },
    { endpointSelector: {}, ingressDeny: [{}], ingress: [{}] },
  ]
  const [raw] = aCluster([
    { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, specs },
  ]).policies
  const text = policyText(raw as NonNullable<typeof raw>)
  expect(text.rules.map(({ part, rule }) => `${part} ${rule}`)).toEqual(['0 ingress[0]', '1 ingress[0]', '1 ingressDeny[0]'])
})
