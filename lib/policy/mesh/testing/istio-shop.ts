import { aCluster } from '../../../model/testing/a-cluster'
import { aNamespace, aPod, aService } from '../../../model/testing/objects'
import type { Assumptions } from '../../assumptions'
import { compilePolicies } from '../../engine'
import type { EvaluateAnswer } from '../../types'

export const MESHED = aNamespace({ name: 'shop', labels: { 'istio-injection': 'enabled' } })
export const AMBIENT = aNamespace({ name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient' } })
export const OUTSIDE = aNamespace({ name: 'legacy' })
export const PODS = [
  aPod({ name: 'web', namespace: 'shop', labels: { app: 'web' }, ip: '10.0.0.1', serviceAccount: 'web' }),
  aPod({ name: 'db', namespace: 'shop', labels: { app: 'db' }, ip: '10.0.0.2', serviceAccount: 'db' }),
  aPod({ name: 'old', namespace: 'legacy', labels: { app: 'old' }, ip: '10.0.1.1', serviceAccount: 'old' }),
]
/** Port 8080 speaks HTTP, 5432 does not, of all others nothing is known. */
export const SERVICE = aService({
  name: 'db',
  namespace: 'shop',
  selector: { app: 'db' },
  ports: [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'tcp-sql', port: 5432 },
  ],
})

export function policy(spec: object, metadata: object = {}): object {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'db', namespace: 'shop', ...metadata },
    spec: { selector: { matchLabels: { app: 'db' } }, ...spec },
  }
}

export function peerAuthentication(namespace: string, name: string, spec: object, createdAt = '2026-01-01T00:00:00Z'): object {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name, namespace, creationTimestamp: createdAt },
    spec,
  }
}

export type Setting = { readonly namespace?: object; readonly assumptions?: Partial<Assumptions>; readonly pods?: readonly object[] }

export function engineOf(policies: readonly object[], { namespace = MESHED, pods = PODS, assumptions = {} }: Setting = {}) {
  return compilePolicies(aCluster([namespace, OUTSIDE, ...pods, SERVICE, ...policies]), { assumptions })
}

export function ask(policies: readonly object[], from: string, port: number, setting: Setting = {}): EvaluateAnswer {
  return engineOf(policies, setting).evaluate({ from, to: 'shop/db', port, protocol: 'TCP' })
}

export function words({ verdict, reason }: EvaluateAnswer): string {
  return reason === null ? verdict : `${verdict} ${reason}`
}
