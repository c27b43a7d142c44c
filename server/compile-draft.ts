import type { Cluster } from '@/lib/model/cluster'
import type { InputProblem } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import { compilePolicies, type PolicyEngine } from '@/lib/policy/engine'
import { detectProfile } from '@/lib/policy/profile'
import { applyChangeSet, type ObjectChange } from '@/lib/review/change-set'
import { draftProblems } from '@/lib/review/draft-problems'
import type { ClusterState } from './cluster-state'
import { DEFAULT_MANIFEST_LIMITS, type ManifestLimits } from './kubernetes/manifests/limits'
import { Collected, parseManifest } from './kubernetes/manifests/read-manifests'
import type { Turns } from './turns'

/** Documents of a draft are known by this name; no file can have it. */
const DRAFT_FILE = '<draft>'

const DRAFT_LIMITS: ManifestLimits = { ...DEFAULT_MANIFEST_LIMITS, documents: 2_000, problems: 200 }

/** A draft applied to one reading of the cluster, ready for questions on both sides. */
export type CompiledDraft = {
  readonly objects: readonly ObjectChange[]
  readonly problems: readonly InputProblem[]
  /** False when a part of the draft could not be read and is left out. */
  readonly isComplete: boolean
  readonly before: PolicyEngine
  readonly after: PolicyEngine
  readonly clusterAfter: Cluster
}

/** Parses a draft, applies it and compiles what comes of it. Never throws on input. */
export async function compileDraft(text: string, state: ClusterState, turns: Turns): Promise<CompiledDraft> {
  const collected = new Collected(DRAFT_LIMITS)
  await parseManifest(text, DRAFT_FILE, collected)
  const parsing = collected.finish(DRAFT_FILE)
  await turns.yield()

  const set = applyChangeSet(state.documents, collected.documents)
  const unread = [...parsing, ...set.problems]
  const isComplete = unread.every(({ severity }) => severity !== 'error')
  await turns.yield()
  if (set.documents === state.documents) {
    const { engine, cluster } = state
    return { objects: set.changes, problems: unread, isComplete, before: engine, after: engine, clusterAfter: cluster }
  }

  const cluster = readCluster(set.documents, { name: state.cluster.name, source: state.cluster.source })
  await turns.yield()
  const before = engineBefore(state, cluster)
  await turns.yield()
  const after = compilePolicies(cluster, { profile: before.profile, assumptions: before.assumptions })
  await turns.yield()
  const problems = [...unread, ...draftProblems({ cluster, engine: after }, DRAFT_FILE)]
  return {
    objects: set.changes,
    problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    isComplete,
    before,
    after,
    clusterAfter: cluster,
  }
}

/** Both sides are read with one profile. Where no plugin was seen, the first policies of a vendor in the draft tell which. */
function engineBefore({ engine, cluster }: ClusterState, drafted: Cluster): PolicyEngine {
  const profile = engine.enforcer.plugin === null ? detectProfile(drafted) : engine.profile
  return profile === engine.profile ? engine : compilePolicies(cluster, { profile })
}
