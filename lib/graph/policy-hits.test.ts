import { expect, test } from 'vitest'
import type { PolicyRef } from '../model/names'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { ComputedVerdicts } from './computed-verdicts'
import { countPolicyHits } from './policy-hits'
import { aFlowEdge } from './testing/a-flow-edge'

const WEB = 'shop/web[Deployment]'
const JOB = 'shop/job[Deployment]'
const DB = 'shop/db[Deployment]'
const OPEN = 'NetworkPolicy:shop/db'

const cluster = aCluster([
  ...['web', 'job', 'db'].map((name) => aDeployment({ name, namespace: 'shop' })),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'db', namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 5432 }] }],
    },
  },
])
const verdicts = new ComputedVerdicts(cluster, compilePolicies(cluster))

test('what passed is counted for the rule that allows it, and says that our engine concluded it', () => {
  const hits = countPolicyHits([aFlowEdge({ from: WEB, to: DB, port: 5432, verdicts: { forwarded: 7 }, lastSeen: 50 })], verdicts)
  const count = { total: 7, denied: 0, stated: 0, lastSeen: 50 }
  expect(hits).toEqual(new Map([[OPEN, { ...count, rules: new Map([['ingress[0]', count]]) }]]))
})

test('what was dropped is counted for the policy that the record or our engine names, and once only', () => {
  const policies = [{ policy: OPEN as PolicyRef, rule: null, confidence: 'stated' as const, count: 4, denied: 4 }]
  const edge = aFlowEdge({ from: JOB, to: DB, port: 5432, verdicts: { dropped: 4 }, policies })
  expect(countPolicyHits([edge], verdicts).get(OPEN)).toEqual({ total: 4, denied: 4, stated: 4, lastSeen: 1_000, rules: new Map() })
  expect(countPolicyHits([{ ...edge, policies: [] }], verdicts).get(OPEN)).toMatchObject({ total: 4, denied: 4, stated: 0 })
})

test('nothing is concluded where traffic and policies disagree', () => {
  const passed = aFlowEdge({ from: JOB, to: DB, port: 5432, verdicts: { forwarded: 3 } })
  const dropped = aFlowEdge({ from: WEB, to: DB, port: 5432, verdicts: { dropped: 3 } })
  expect(countPolicyHits([passed, dropped], verdicts).size).toBe(0)
})

test('a connection that only stays open shows that its rule is in use', () => {
  const edge = aFlowEdge({ from: WEB, to: DB, port: 5432, verdicts: {}, repeats: { forwarded: 2 }, lastSeen: 90 })
  expect(countPolicyHits([edge], verdicts).get(OPEN)).toMatchObject({ total: 0, lastSeen: 90 })
})
