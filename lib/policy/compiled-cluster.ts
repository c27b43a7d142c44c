import type { Cluster } from '../model/cluster'
import type { RawObject } from '../model/object'
import type { AddressSet } from './address-set'
import { type Assumptions, assumptionsOf } from './assumptions'
import type { CompiledPolicy } from './compiled-policy'
import { ConnectionSets } from './connection-sets'
import { PodColumns } from './connectivity/columns'
import { RowTable } from './connectivity/row-table'
import { EndMatcher } from './end'
import type { Evaluation } from './evaluation'
import { MeshLayer } from './mesh/mesh-layer'
import { classifyPods, type PodClasses } from './pod-classes'
import { detectProfile } from './profile'
import { type ReadPolicies, readPolicies } from './read-policies'
import { statedAssumptions } from './stated-assumptions'
import { PolicyIndex } from './tiers'
import type { ProfileName } from './types'

export type EngineOptions = {
  /** Detected from the cluster when left out. */
  readonly profile?: ProfileName
  /** Switches that differ from the profile's. */
  readonly assumptions?: Partial<Assumptions>
}

/** A cluster's policies ready for questions, and what the next state of the cluster can take over from it. */
export type CompiledCluster = {
  readonly cluster: Cluster
  readonly options: EngineOptions
  readonly profile: ProfileName
  readonly assumptions: Assumptions
  readonly reading: ReadPolicies
  readonly classes: PodClasses
  readonly addresses: readonly AddressSet[]
  readonly evaluation: Evaluation
  /** What each side of a class lets through towards every other class; made when first asked for. */
  rows(): RowTable
  /** The same when somebody has asked for it already. */
  readonly knownRows: RowTable | null
  /** How many states of the cluster came before this one without compiling anew. */
  readonly age: number
}

/** Compiling anew from time to time bounds what is kept for policies and pods that are long gone. */
const MAX_AGE = 200

/**
 * Compiles a cluster. With `previous`, everything that did not change is taken over: objects of the cluster count as
 * unchanged when they are the same values (see `readClusterAgain`).
 */
export function compileCluster(cluster: Cluster, options: EngineOptions, previous: CompiledCluster | null): CompiledCluster {
  const profile = options.profile ?? detectProfile(cluster)
  const assumptions = assumptionsOf(profile, { ...statedAssumptions(cluster, profile), ...options.assumptions })
  const mesh =
    previous !== null && hasSameMesh(previous, cluster, assumptions) ? previous.evaluation.mesh : new MeshLayer(cluster, assumptions)
  const base = previous !== null && canFollow(previous, profile, assumptions, mesh) ? previous : null
  const sets = base?.evaluation.sets ?? new ConnectionSets(assumptions.protocols)
  const reading = readPolicies(cluster, profile, sets, assumptions, base?.reading ?? null)
  const classes = classifyPods(cluster, policiesThatSelect(reading, mesh), mesh, profile === 'calico', base?.classes ?? null)
  if (base !== null && classes.capacity > 2 * classes.all.length + 64) return compileCluster(cluster, options, null)

  const matcher = new EndMatcher()
  const oldIds = new Set(base?.classes.all.map(({ id }) => id))
  const oldClasses = new Set(base?.classes.all)
  const unchanged = classes.all.filter((podClass) => oldClasses.has(podClass))
  const kept = classes.all.filter(({ id }) => oldIds.has(id))
  const evaluation: Evaluation = {
    index: new PolicyIndex(
      reading.evaluated,
      reading.plan,
      matcher,
      base === null ? null : { index: base.evaluation.index, classes: kept },
    ),
    pending: reading.pending === null ? null : new PolicyIndex(reading.pending, reading.plan, matcher),
    matcher,
    sets,
    mesh,
    hosts: reading.hosts,
  }
  // Only what was computed before is worth taking over; holding on to `base` itself would keep every earlier state alive.
  const before = base?.knownRows ?? null
  let rows: RowTable | null = null
  const makeRows = (): RowTable => {
    const columns = new PodColumns(classes.all, classes.capacity, matcher)
    if (before === null) return new RowTable(columns, evaluation)
    // The lists of policies are the keys of the rows, so all of them must be known first.
    for (const podClass of classes.all)
      for (const direction of ['ingress', 'egress'] as const) evaluation.index.tiersFor(podClass, direction)
    const added = classes.all.filter(({ id }) => !oldIds.has(id))
    const newColumns = added.length === 0 ? null : new PodColumns(added, classes.capacity, matcher)
    return new RowTable(columns, evaluation, { table: before, newColumns, unchanged })
  }
  return {
    cluster,
    options,
    profile,
    assumptions,
    reading,
    classes,
    addresses: [...reading.addresses, ...mesh.addresses],
    evaluation,
    rows: () => {
      rows ??= makeRows()
      return rows
    },
    get knownRows() {
      return rows
    },
    age: base === null ? 0 : base.age + 1,
  }
}

/**
 * Every policy whose subjects are told by class: also those that are listed and decide nothing. What a mesh selects is
 * asked pod by pod.
 */
function policiesThatSelect({ listed, evaluated, pending, hosts }: ReadPolicies, mesh: MeshLayer): readonly CompiledPolicy[] {
  const shown = listed.filter(({ policy, enforcement }) => enforcement !== 'mesh' || mesh.policyOf(policy.raw) === null)
  return [...new Set([...evaluated, ...(pending ?? []), ...(hosts?.policies ?? []), ...shown.map(({ policy }) => policy)])]
}

/** True when nothing changed but policies that no mesh reads. */
function hasSameMesh(previous: CompiledCluster, cluster: Cluster, assumptions: Assumptions): boolean {
  const parts = Object.keys(cluster) as (keyof Cluster)[]
  if (!parts.every((part) => part === 'policies' || part === 'problems' || cluster[part] === previous.cluster[part])) return false
  const [old, now] = [new Set(previous.cluster.policies), new Set(cluster.policies)]
  const changed = [...previous.cluster.policies.filter((raw) => !now.has(raw)), ...cluster.policies.filter((raw) => !old.has(raw))]
  const isOfNetwork = ({ meta }: RawObject): boolean => NETWORK_GROUPS.has(meta.apiVersion.split('/')[0] ?? '')
  return changed.every(isOfNetwork) && JSON.stringify(assumptions) === JSON.stringify(previous.assumptions)
}

const NETWORK_GROUPS: ReadonlySet<string> = new Set(['networking.k8s.io', 'policy.networking.k8s.io'])

/** A mesh that may refuse something looks at pods in ways of its own, so that its classes are made anew. */
function canFollow(previous: CompiledCluster, profile: ProfileName, assumptions: Assumptions, mesh: MeshLayer): boolean {
  const isJudgedAlike = previous.profile === profile && JSON.stringify(previous.assumptions) === JSON.stringify(assumptions)
  return isJudgedAlike && !previous.evaluation.mesh.isLimiting && !mesh.isLimiting && previous.age < MAX_AGE
}
