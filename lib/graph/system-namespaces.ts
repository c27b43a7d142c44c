import type { ServiceRef } from '../model/names'

/** Namespaces of the cluster's own machinery, beside `kube-*` and `openshift-*`. Source: the default install of each product. */
const KNOWN = new Set([
  'calico-apiserver',
  'calico-system',
  'cattle-fleet-system',
  'cattle-system',
  'cilium-secrets',
  'cilium-system',
  'flux-system',
  'gatekeeper-system',
  'gke-managed-system',
  'gmp-system',
  'istio-system',
  'kyverno',
  'linkerd',
  'linkerd-viz',
  'local-path-storage',
  'longhorn-system',
  'metallb-system',
  'node-feature-discovery',
  'olm',
  'rook-ceph-system',
  'tigera-operator',
])

/** True for namespaces that the map folds until somebody asks for them. */
export function isSystemNamespace(name: string): boolean {
  return name.startsWith('kube-') || name.startsWith('openshift-') || KNOWN.has(name)
}

/** True for the API server's own Service, which every cluster has in a namespace that is not its own. */
export function isSystemService(ref: ServiceRef): boolean {
  return ref === 'svc:default/kubernetes'
}
