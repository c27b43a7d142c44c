import type { PolicyRow } from '@/lib/api/details'
import type { Severity } from '@/lib/detect/finding'

type RowOptions = Partial<Omit<PolicyRow, 'problems'>> & { readonly name: string; readonly problems?: readonly Severity[] }

/** A policy of the list with defaults: a NetworkPolicy of Kubernetes without hits and problems. */
export function aPolicyRow({ name, namespace = null, problems = [], ...rest }: RowOptions): PolicyRow {
  const items = problems.map((severity) => ({ severity, message: `a ${severity} of it`, detector: 'NP-01' }))
  return {
    ref: namespace === null ? `NetworkPolicy:${name}` : `NetworkPolicy:${namespace}/${name}`,
    policyApiVersion: 'networking.k8s.io/v1',
    policyKind: 'NetworkPolicy',
    namespace,
    name,
    tier: 'NetworkPolicy',
    order: null,
    isolates: ['ingress'],
    ruleCounts: { ingress: 1, egress: 0 },
    subjectCount: 0,
    enforcement: 'enforced',
    origin: null,
    hits: null,
    problems: { items, total: items.length },
    ...rest,
  }
}
