import type { Cluster } from '../model/cluster'
import type { PodRef, PolicyRef } from '../model/names'
import type { InputProblem } from '../model/problem'
import { type Enforcer, enforcerOf } from '../platform/enforcer'
import { detectNetwork, type NetworkPlugins } from '../platform/network/detect-network'
import type { Assumptions } from './assumptions'
import { type CompiledCluster, compileCluster, type EngineOptions } from './compiled-cluster'
import type { CompiledPolicy } from './compiled-policy'
import { computeConnectivity } from './connectivity/compute-connectivity'
import type { Connectivity, ConnectivityOptions } from './connectivity/connectivity'
import { guardConnectivity } from './connectivity/guarded-connectivity'
import { evaluateQuestion } from './evaluate-question'
import { describeMeshPolicy } from './mesh/describe-mesh-policy'
import { outlinePolicy, type PolicyOutline } from './outline/policy-outline'
import type { PolicyFacts } from './policy-facts'
import { describePolicy, type PolicyInfo } from './policy-info'
import type { Question } from './question'
import { EndResolver } from './resolve-end'
import type { Tier } from './tiers'
import type { Direction, EvaluateAnswer, ProfileName } from './types'

export type { EngineOptions } from './compiled-cluster'

/** Everything that can be asked of a cluster's policies. A value: a changed cluster has another one. */
export type PolicyEngine = {
  readonly profile: ProfileName
  readonly assumptions: Assumptions
  /** Who enforces all this: a verdict is only the policies' word where nobody does. */
  readonly enforcer: Enforcer
  /** The network plugins that were recognised. */
  readonly network: NetworkPlugins
  /** What is wrong in policies; each is also the reason of unknown answers when it is an error. */
  readonly problems: readonly InputProblem[]
  readonly policies: readonly PolicyInfo[]
  /** The tiers in the order of evaluation, those without policies too. */
  readonly tiers: readonly Tier[]
  /** What the next engine starts from. */
  readonly compiled: CompiledCluster
  /** What the policies were compiled to. */
  readonly facts: PolicyFacts
  evaluate(question: Question): EvaluateAnswer
  /** The policies that isolate the pod; empty lists when it is open. */
  isolation(pod: PodRef): PodIsolation
  /** The pods that a policy selects; a name that several objects share (of Kubernetes and of Calico) stands for all of them. */
  subjects(policy: PolicyRef): readonly PodRef[]
  /** The pods that one of `policies` selects. */
  subjectsOf(policy: PolicyInfo): readonly PodRef[]
  /** What the object of one of `policies` says, in words; several when it holds several specs, none for mesh policies. */
  outline(policy: PolicyInfo): readonly PolicyOutline[]
  connectivity(level: 'workload' | 'pod', options?: ConnectivityOptions): Connectivity
}

export type PodIsolation = Readonly<Record<Direction, readonly PolicyRef[]>> & {
  /** False when policies that could not be read may isolate it too. */
  readonly isComplete: boolean
}

/** Compiles a cluster's policies for questions. Never throws on input. */
export function compilePolicies(cluster: Cluster, options: EngineOptions = {}): PolicyEngine {
  return createEngine(compileCluster(cluster, options, null))
}

/**
 * The engine for a changed cluster, with the same options. What did not change is not computed again: objects that are
 * the same values as before, see `readClusterAgain`. The result is what compiling anew gives, but for the ids of classes.
 */
export function updatePolicies(previous: PolicyEngine, cluster: Cluster): PolicyEngine {
  return createEngine(compileCluster(cluster, previous.compiled.options, previous.compiled))
}

function createEngine(compiled: CompiledCluster): PolicyEngine {
  const { cluster, profile, assumptions, reading, classes, addresses, evaluation } = compiled
  const { matcher, sets, mesh } = evaluation
  const resolver = new EndResolver(cluster, classes)
  const evaluate = (question: Question): EvaluateAnswer =>
    evaluateQuestion(question, { cluster, resolver, evaluation, assumptions, addresses })

  const subjectsOf = (policy: CompiledPolicy): readonly PodRef[] => {
    const ofMesh = mesh.policyOf(policy.raw)
    if (ofMesh !== null) return mesh.subjects(ofMesh, classes.byPod.keys())
    return classes.all
      .filter((podClass) => policy.subject.every((term) => matcher.holdsForClass(term, podClass, null)))
      .flatMap((podClass) => podClass.pods)
  }
  const unseen = new Set(reading.unseen.policies)
  const isolation = (pod: PodRef): PodIsolation => {
    const podClass = classes.byPod.get(pod)
    if (podClass === undefined) return { ingress: [], egress: [], isComplete: true }
    const isolating = (direction: Direction) => evaluation.index.isolating(podClass, direction)
    const refs = (direction: Direction) => isolating(direction).flatMap((policy) => (unseen.has(policy) ? [] : [policy.ref]))
    return { ingress: refs('ingress'), egress: refs('egress'), isComplete: !isolating('ingress').some((policy) => unseen.has(policy)) }
  }
  const byRef = new Map<PolicyRef, CompiledPolicy[]>()
  for (const { policy } of reading.listed) {
    const sharing = byRef.get(policy.ref)
    if (sharing === undefined) byRef.set(policy.ref, [policy])
    else sharing.push(policy)
  }
  const subjectsOfAll = (policies: readonly CompiledPolicy[]): readonly PodRef[] => {
    const [only] = policies
    return policies.length === 1 && only !== undefined ? subjectsOf(only) : [...new Set(policies.flatMap(subjectsOf))]
  }

  let infos: readonly PolicyInfo[] | null = null
  return {
    profile,
    assumptions,
    enforcer: enforcerOf(detectNetwork(cluster)),
    network: detectNetwork(cluster),
    problems: [...reading.problems, ...mesh.problems],
    compiled,
    facts: { listed: reading.listed, classes, evaluation, addresses },
    get policies() {
      infos ??= reading.listed.map(({ policy, enforcement }) => {
        const ofMesh = mesh.policyOf(policy.raw)
        if (ofMesh !== null) return describeMeshPolicy(policy, ofMesh, subjectsOf(policy).length)
        return describePolicy(policy, enforcement, () => subjectsOf(policy).length)
      })
      return infos
    },
    tiers: reading.plan.tiers,
    evaluate,
    isolation,
    subjects: (ref) => subjectsOfAll(byRef.get(ref) ?? []),
    subjectsOf: ({ ref, raw }) => subjectsOfAll((byRef.get(ref) ?? []).filter((policy) => policy.raw === raw)),
    outline: ({ ref, raw }) =>
      (byRef.get(ref) ?? [])
        .filter((policy) => policy.raw === raw && mesh.policyOf(raw) === null)
        .map((policy) => outlinePolicy(policy, { classes: classes.all, matcher, sets })),
    connectivity: (level, connectivityOptions = {}) => {
      const open = computeConnectivity({ cluster, classes, evaluation, addresses, rows: compiled.rows() }, level, connectivityOptions)
      const { hosts } = reading
      return hosts?.guardForwarded ? guardConnectivity(open, { cluster, classes, sets, hosts, addresses, evaluate }) : open
    },
  }
}
