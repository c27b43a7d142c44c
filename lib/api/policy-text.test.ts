import { expect, test } from 'vitest'
import { aCluster } from '../model/testing/a-cluster'
import { policyText } from './policy-text'

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
