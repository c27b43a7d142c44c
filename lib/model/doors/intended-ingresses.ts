import type { Ingress } from '../cluster'

/** Annotations that merge several Ingresses into one on purpose. */
export const MERGING_ANNOTATIONS = ['nginx.org/mergeable-ingress-type', 'alb.ingress.kubernetes.io/group.name'] as const

/** Takes a part of the requests of another Ingress with the same rules. */
export function isCanary({ meta }: Ingress): boolean {
  return meta.annotations.get('nginx.ingress.kubernetes.io/canary') === 'true'
}

/** Ingresses that share host and path with others because they are meant to. */
export function isMerged(ingress: Ingress): boolean {
  return isCanary(ingress) || MERGING_ANNOTATIONS.some((name) => ingress.meta.annotations.has(name))
}
