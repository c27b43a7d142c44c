import type { Cluster, Ingress, IngressClass } from './cluster'

export type ResolvedIngressClass =
  | { readonly kind: 'found'; readonly name: string; readonly ingressClass: IngressClass; readonly isDefault: boolean }
  /** Named, but no such IngressClass is known. Some controllers (GKE's `gce`) go by the name alone. */
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'none' }

/** Class of an Ingress: the one it names, else the default class; of several defaults the newest, then the first by name. */
export function resolveIngressClass(cluster: Cluster, ingress: Ingress): ResolvedIngressClass {
  const name = ingress.className
  if (name !== null) {
    const ingressClass = cluster.ingressClasses.get(name)
    return ingressClass === undefined ? { kind: 'unknown', name } : { kind: 'found', name, ingressClass, isDefault: false }
  }
  const [newest] = [...cluster.ingressClasses.values()]
    .filter((ingressClass) => ingressClass.isDefault)
    .sort((a, b) => (b.meta.createdAt ?? 0) - (a.meta.createdAt ?? 0) || (a.meta.name < b.meta.name ? -1 : 1))
  return newest === undefined ? { kind: 'none' } : { kind: 'found', name: newest.meta.name, ingressClass: newest, isDefault: true }
}
