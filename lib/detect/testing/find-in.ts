import { aCluster } from '../../model/testing/a-cluster'
import { compilePolicies, type EngineOptions } from '../../policy/engine'
import { detectPolicyFindings } from '../detect-policy-findings'
import type { DetectorId } from '../detector-id'
import type { Finding } from '../finding'

/** The findings of one detector in a cluster of plain objects. */
export function findIn(id: DetectorId, objects: readonly object[], options: EngineOptions = {}): readonly Finding[] {
  const cluster = aCluster(objects)
  return detectPolicyFindings(cluster, compilePolicies(cluster, options)).filter((finding) => finding.id === id)
}

/** A NetworkPolicy of namespace `shop`. */
export function aPolicy(name: string, spec: object, namespace = 'shop'): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}
