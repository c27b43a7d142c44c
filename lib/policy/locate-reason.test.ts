import { expect, test } from 'vitest'
import type { FieldPath } from '../model/field-locator'
import { readCluster } from '../model/read-cluster'
import { compilePolicies } from './engine'
import { locateReason } from './locate-reason'

const body = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p', namespace: 'a' },
  spec: { podSelector: {}, ingress: [{}, {}] },
}
const locate = (path: FieldPath) => (path.join('.') === 'spec.ingress.1' ? { line: 9, column: 5 } : null)
const { policies } = compilePolicies(
  readCluster([{ body, origin: { file: 'a.yaml', line: 2, column: 1 }, locate }], { name: 'test', source: 'manifests' }),
)
const policy = policies[0]?.ref as never

test('a rule stands at its own line, a policy at its first', () => {
  expect(locateReason({ policy, rule: 'ingress[1]' }, policies)).toEqual({ file: 'a.yaml', line: 9, column: 5 })
  expect(locateReason({ policy, rule: null }, policies)).toEqual({ file: 'a.yaml', line: 2, column: 1 })
})

test('a rule that cannot be found stands where its policy does, and an unknown policy nowhere', () => {
  expect(locateReason({ policy, rule: 'ingress[7]' }, policies)).toEqual({ file: 'a.yaml', line: 2, column: 1 })
  expect(locateReason({ policy: 'NetworkPolicy:a/other' as never, rule: null }, policies)).toBe(null)
})
