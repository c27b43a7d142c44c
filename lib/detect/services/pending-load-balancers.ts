import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** How long giving an address may take. */
const PATIENCE_MS = 5 * 60_000

/** SV-07: a load balancer that gets no address; and a class of which nobody gives any. */
export function findPendingLoadBalancers(view: ClusterView): readonly FindingDraft[] {
  const pending = view.services.filter(({ service }) => {
    const age = view.ageOf(service.meta.createdAt)
    return service.type === 'LoadBalancer' && service.loadBalancer.ingress.length === 0 && age !== null && age > PATIENCE_MS
  })
  const served = new Set(
    view.services.flatMap(({ service: { loadBalancer } }) => (loadBalancer.ingress.length > 0 ? [loadBalancer.class] : [])),
  )
  return pending.flatMap(({ service }) => {
    const { class: className } = service.loadBalancer
    const minutes = Math.floor((view.ageOf(service.meta.createdAt) ?? 0) / 60_000)
    const waits = makeFinding('SV-07', aboutService(service.meta), {
      field: ['status', 'loadBalancer'],
      message: `The load balancer has had no address for ${minutes} minutes.`,
      evidence: [
        className === null
          ? 'no loadBalancerClass: the controller of the cloud, or a default one, is asked'
          : `loadBalancerClass ${className}`,
        served.has(className) ? 'other Services of that class have addresses' : 'no Service of that class has an address',
      ],
    })
    if (className === null || served.has(className)) return [waits]
    const unknown = makeFinding('SV-07', aboutService(service.meta), {
      field: ['spec', 'loadBalancerClass'],
      value: className,
      severity: 'info',
      message: `Nobody in this cluster seems to implement load balancers of class ${className}.`,
      evidence: ['no Service of that class has an address'],
      fix: 'Run the controller of that class, or leave loadBalancerClass out to get the default one.',
    })
    return [waits, unknown]
  })
}
