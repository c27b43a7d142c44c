import { aCluster, type ClusterTestOptions } from '../../model/testing/a-cluster'
import { compilePolicies, type EngineOptions } from '../../policy/engine'
import { type Circumstances, ONLY_OBJECTS } from '../circumstances'
import { detectFindings } from '../detect-findings'
import type { DetectorId } from '../detector-id'
import type { Finding } from '../finding'

export type FindOptions = ClusterTestOptions & EngineOptions & Partial<Circumstances>

/** The findings of one detector in a cluster of plain objects. */
export function findIn(id: DetectorId, objects: readonly object[], options: FindOptions = {}): readonly Finding[] {
  const cluster = aCluster(objects, options)
  return detectFindings(cluster, compilePolicies(cluster, options), { ...ONLY_OBJECTS, ...options }).filter((finding) => finding.id === id)
}

/** A NetworkPolicy of namespace `shop`. */
export function aPolicy(name: string, spec: object, namespace = 'shop'): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}
