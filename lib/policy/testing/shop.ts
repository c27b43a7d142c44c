import { aCluster } from '../../model/testing/a-cluster'
import { aPod } from '../../model/testing/objects'
import { compilePolicies, type EngineOptions, type PolicyEngine } from '../engine'
import type { EvaluateAnswer } from '../types'

export type Spec = Readonly<Record<string, unknown>>

/** A NetworkPolicy. */
export function aPolicy(name: string, spec: Spec, namespace = 'shop'): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}

export const web = aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', node: 'node-1' })
/** Has a port named `http`. */
export const cart = aPod({
  name: 'cart',
  namespace: 'shop',
  labels: { app: 'cart' },
  ip: '10.0.0.2',
  node: 'node-2',
  ports: [{ name: 'http', containerPort: 8080 }],
})
/** Only `web` may reach `cart`, on its port `http`. */
export const cartFromWeb = aPolicy('cart', {
  podSelector: { matchLabels: { app: 'cart' } },
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 'http' }] }],
})

/** By the rules of Kubernetes, unless the options say otherwise. */
export function engineOf(objects: readonly object[], options: EngineOptions = {}): PolicyEngine {
  return compilePolicies(aCluster(objects), { profile: 'kubernetes', ...options })
}

/** May one open a TCP connection to the other? */
export function ask(engine: PolicyEngine, from: string, to: string, port: number | null = 8080): EvaluateAnswer {
  return engine.evaluate({ from, to, port, protocol: 'TCP' })
}
