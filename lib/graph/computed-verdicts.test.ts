import { expect, test } from 'vitest'
import { policyRef } from '../model/names'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, aPod } from '../model/testing/objects'
import type { EvaluateAnswer, SideAnswer } from '../policy/types'
import { ComputedVerdicts } from './computed-verdicts'
import type { GraphPolicies } from './graph-policies'
import { aFlowEdge } from './testing/a-flow-edge'

const SIDE: SideAnswer = {
  verdict: 'allowed',
  isolated: false,
  exemption: null,
  by: [],
  nearMisses: [],
  trace: { enforced: [], pending: [] },
}

/** Policies that allow everything and note what they are asked. */
function listening(side: SideAnswer = SIDE) {
  const asked: string[] = []
  const policies: GraphPolicies = {
    enforcer: { plugin: null, enforces: 'unknown', reason: '', evidence: '' },
    evaluate: ({ from, to, port, protocol }): EvaluateAnswer => {
      asked.push(`${from} ${to} ${port} ${protocol}`)
      return { verdict: 'allowed', egress: side, ingress: side, mesh: null, reason: null, endpoints: null, parts: null }
    },
    isolation: () => ({ ingress: [], egress: [], isComplete: true }),
    connectivity: () => ({ ends: [], between: () => 'none', outside: () => [] }),
  }
  const objects = [aDeployment({ name: 'web', namespace: 'shop' }), aPod({ name: 'one', namespace: 'shop' })]
  return { asked, verdicts: new ComputedVerdicts(aCluster(objects), policies) }
}

const WEB = 'shop/web[Deployment]'

test('one connection is asked for once, whichever edge it is seen on', () => {
  const { asked, verdicts } = listening()
  for (let round = 0; round < 3; round++) verdicts.of(aFlowEdge({ from: WEB, to: 'ip:192.0.2.1', port: 443 }))
  expect(asked).toEqual([`${WEB} ip:192.0.2.1 443 TCP`])
})

test('ports and protocols are told apart, and so is no port', () => {
  const { asked, verdicts } = listening()
  for (const port of [80, 81, null]) {
    for (const protocol of ['TCP', 'UDP'] as const) verdicts.of(aFlowEdge({ from: WEB, to: WEB, port, protocol }))
  }
  expect(new Set(asked).size).toBe(6)
})

test('a pod that is gone is asked for by its workload, one that is there by its own name', () => {
  const { asked, verdicts } = listening()
  verdicts.of(aFlowEdge({ from: WEB, fromPod: 'shop/web-gone', to: 'shop/one[Pod]', toPod: 'shop/one', port: 80 }))
  expect(asked).toEqual([`${WEB} shop/one 80 TCP`])
})

test('what policies do not cover is unknown without asking', () => {
  const { asked, verdicts } = listening()
  expect(verdicts.of(aFlowEdge({ from: WEB, to: WEB, port: null, protocol: 'ICMP' })).verdict).toBe('unknown')
  expect(asked).toEqual([])
})

test('a policy that decides on both sides is named once', () => {
  const policy = policyRef('NetworkPolicy', 'shop', 'web')
  const { verdicts } = listening({ ...SIDE, by: [{ policy, rule: null, effect: 'allow', detail: null }] })
  const { policies, bySide } = verdicts.of(aFlowEdge({ from: WEB, to: WEB, port: 80 }))
  expect(policies).toEqual([{ policy, rule: null, confidence: 'inferred' }])
  expect(bySide).toEqual({ egress: policies, ingress: policies })
})
