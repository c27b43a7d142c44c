import { aCluster } from '../../../model/testing/a-cluster'
import { aNamespace, aNode, aPod } from '../../../model/testing/objects'
import type { Assumptions } from '../../assumptions'
import { compilePolicies, type PolicyEngine } from '../../engine'
import type { EvaluateAnswer } from '../../types'

export type Spec = Readonly<Record<string, unknown>>

export function aCnp(spec: Spec, name = 'p', namespace = 'shop'): object {
  return { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name, namespace }, spec: { endpointSelector: {}, ...spec } }
}

export function aCcnp(spec: Spec): object {
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumClusterwideNetworkPolicy',
    metadata: { name: 'c' },
    spec: { endpointSelector: {}, ...spec },
  }
}

/** Two namespaces on one machine. */
export const SHOP = [
  aNamespace({ name: 'shop', labels: { team: 'a' } }),
  aNamespace({ name: 'pay', labels: { team: 'b' } }),
  aNode({ name: 'node-1', ip: '192.168.0.1' }),
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' }),
  aPod({ name: 'cart', namespace: 'shop', labels: { app: 'cart' }, ip: '10.0.0.2', node: 'node-1' }),
  aPod({ name: 'bank', namespace: 'pay', labels: { app: 'bank' }, ip: '10.0.0.3', node: 'node-1', serviceAccount: 'teller' }),
]

export function engineOf(policies: readonly object[], assumptions: Partial<Assumptions> = {}): PolicyEngine {
  return compilePolicies(aCluster([...SHOP, ...policies]), { profile: 'cilium', assumptions })
}

export function ask(engine: PolicyEngine, from: string, to: string, port = 80, protocol: 'TCP' | 'ICMP' = 'TCP'): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol })
}

/** What two pods, the outside and the machine are told. */
export function verdicts(policies: readonly object[], to: string, assumptions: Partial<Assumptions> = {}): readonly string[] {
  const engine = engineOf(policies, assumptions)
  return ['shop/web', 'pay/bank', 'ip:203.0.113.1', 'ip:192.168.0.1'].map((from) => ask(engine, from, to).verdict)
}
