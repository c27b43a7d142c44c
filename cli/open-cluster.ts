import { type Basis, basisOf } from '@/lib/api/report/basis'
import type { Cluster } from '@/lib/model/cluster'
import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import { compilePolicies, type PolicyEngine } from '@/lib/policy/engine'
import type { LoadedCluster } from './load-cluster'
import type { Call } from './manifest-command'

/** A cluster of manifests with its policies compiled, and what its answers rest on. */
export type OpenCluster = {
  readonly cluster: Cluster
  readonly documents: readonly SourceDocument[]
  readonly engine: PolicyEngine
  readonly basis: Basis
  /** What was wrong with it; told already. */
  readonly problems: readonly InputProblem[]
}

/** Compiles what was read, and tells what was wrong with it. */
export function openCluster(loaded: LoadedCluster, { options, input }: Pick<Call, 'options' | 'input'>): OpenCluster {
  const { cluster, documents, problems, isCut } = loaded
  const engine = compilePolicies(cluster, options)
  const all = [...problems, ...engine.problems]
  input.problems(all)
  input.cut(isCut)
  return { cluster, documents, engine, basis: basisOf(cluster, engine, options.profile !== undefined), problems: all }
}
