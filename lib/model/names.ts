/**
 * The strings that name things in the command line, the API, URLs and exports.
 * Source: docs/naming.md.
 */

/** `NS/NAME[KIND]`, for example `shop/cart[Deployment]`. */
export type WorkloadRef = string & { readonly brand: 'WorkloadRef' }
/** `NS/NAME`, for example `shop/cart-7d9f-abcde`. */
export type PodRef = string & { readonly brand: 'PodRef' }
/** `svc:NS/NAME`. */
export type ServiceRef = string & { readonly brand: 'ServiceRef' }
/** `KIND:NS/NAME`, or `KIND:NAME` for cluster-scoped kinds. */
export type PolicyRef = string & { readonly brand: 'PolicyRef' }

export function workloadRef(namespace: string, name: string, kind: string): WorkloadRef {
  return `${namespace}/${name}[${kind}]` as WorkloadRef
}

export function podRef(namespace: string, name: string): PodRef {
  return `${namespace}/${name}` as PodRef
}

export function serviceRef(namespace: string, name: string): ServiceRef {
  return `svc:${namespace}/${name}` as ServiceRef
}

export function policyRef(kind: string, namespace: string | null, name: string): PolicyRef {
  return (namespace === null ? `${kind}:${name}` : `${kind}:${namespace}/${name}`) as PolicyRef
}
