import type { Cluster } from '../model/cluster'
import type { PodRef, PolicyRef } from '../model/names'
import type { InputProblem } from '../model/problem'
import { type Assumptions, assumptionsOf } from './assumptions'
import type { CompiledPolicy } from './compiled-policy'
import { computeConnectivity } from './compute-connectivity'
import { ConnectionSets } from './connection-sets'
import type { Connectivity, ConnectivityOptions } from './connectivity'
import { EndMatcher } from './end'
import { type Enforcer, findEnforcer } from './enforcer'
import { evaluateQuestion } from './evaluate-question'
import type { Evaluation } from './evaluation'
import { guardConnectivity } from './guarded-connectivity'
import { describeMeshPolicy } from './mesh/describe-mesh-policy'
import { MeshLayer } from './mesh/mesh-layer'
import { outlinePolicy, type PolicyOutline } from './outline/policy-outline'
import { classifyPods } from './pod-classes'
import type { PolicyFacts } from './policy-facts'
import { describePolicy, type PolicyInfo } from './policy-info'
import { detectProfile } from './profile'
import type { Question } from './question'
import { readPolicies } from './read-policies'
import { EndResolver } from './resolve-end'
import { PolicyIndex, type Tier } from './tiers'
import type { Direction, EvaluateAnswer, ProfileName } from './types'

export type EngineOptions = {
  /** Detected from the cluster when left out. */
  readonly profile?: ProfileName
  /** Switches that differ from the profile's. */
  readonly assumptions?: Partial<Assumptions>
}

/** Everything that can be asked of a cluster's policies. A value: a changed cluster is compiled anew. */
export type PolicyEngine = {
  readonly profile: ProfileName
  readonly assumptions: Assumptions
  /** Who enforces all this: a verdict is only the policies' word where nobody does. */
  readonly enforcer: Enforcer
  /** What is wrong in policies; each is also the reason of unknown answers when it is an error. */
  readonly problems: readonly InputProblem[]
  readonly policies: readonly PolicyInfo[]
  /** The tiers in the order of evaluation, those without policies too. */
  readonly tiers: readonly Tier[]
  /** What the policies were compiled to. */
  readonly facts: PolicyFacts
  evaluate(question: Question): EvaluateAnswer
  /** The policies that isolate the pod; empty lists when it is open. */
  isolation(pod: PodRef): Readonly<Record<Direction, readonly PolicyRef[]>>
  /** The pods that a policy selects; a name that several objects share (of Kubernetes and of Calico) stands for all of them. */
  subjects(policy: PolicyRef): readonly PodRef[]
  /** The pods that one of `policies` selects. */
  subjectsOf(policy: PolicyInfo): readonly PodRef[]
  /** What the object of one of `policies` says, in words; several when it holds several specs, none for mesh policies. */
  outline(policy: PolicyInfo): readonly PolicyOutline[]
  connectivity(level: 'workload' | 'pod', options?: ConnectivityOptions): Connectivity
}

/** Compiles a cluster's policies for questions. Never throws on input. */
export function compilePolicies(cluster: Cluster, options: EngineOptions = {}): PolicyEngine {
  const profile = options.profile ?? detectProfile(cluster)
  const assumptions = assumptionsOf(profile, options.assumptions)
  const sets = new ConnectionSets(assumptions.protocols)
  const reading = readPolicies(cluster, profile, sets, assumptions)
  const mesh = new MeshLayer(cluster, assumptions)
  const classes = classifyPods(cluster, [...reading.evaluated, ...(reading.pending ?? [])], mesh, profile === 'calico')
  const addresses = [...reading.addresses, ...mesh.addresses]
  const matcher = new EndMatcher()
  const evaluation: Evaluation = {
    index: new PolicyIndex(reading.evaluated, reading.plan, matcher),
    pending: reading.pending === null ? null : new PolicyIndex(reading.pending, reading.plan, matcher),
    matcher,
    sets,
    mesh,
    hosts: reading.hosts,
  }
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
  const isolating = (pod: PodRef, direction: Direction): readonly PolicyRef[] => {
    const podClass = classes.byPod.get(pod)
    return podClass === undefined ? [] : evaluation.index.isolating(podClass, direction).map((policy) => policy.ref)
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
    enforcer: findEnforcer(cluster),
    problems: [...reading.problems, ...mesh.problems],
    facts: { listed: reading.listed, classes, evaluation, addresses },
    get policies() {
      infos ??= reading.listed.map(({ policy, enforcement }) => {
        const ofMesh = mesh.policyOf(policy.raw)
        const subjectCount = subjectsOf(policy).length
        return ofMesh === null ? describePolicy(policy, enforcement, subjectCount) : describeMeshPolicy(policy, ofMesh, subjectCount)
      })
      return infos
    },
    tiers: reading.plan.tiers,
    evaluate,
    isolation: (pod) => ({ ingress: isolating(pod, 'ingress'), egress: isolating(pod, 'egress') }),
    subjects: (ref) => subjectsOfAll(byRef.get(ref) ?? []),
    subjectsOf: ({ ref, raw }) => subjectsOfAll((byRef.get(ref) ?? []).filter((policy) => policy.raw === raw)),
    outline: ({ ref, raw }) =>
      (byRef.get(ref) ?? [])
        .filter((policy) => policy.raw === raw && mesh.policyOf(raw) === null)
        .map((policy) => outlinePolicy(policy, { classes: classes.all, matcher, sets })),
    connectivity: (level, connectivityOptions = {}) => {
      const open = computeConnectivity({ cluster, classes, evaluation, addresses }, level, connectivityOptions)
      const { hosts } = reading
      return hosts?.guardForwarded ? guardConnectivity(open, { cluster, classes, sets, hosts, addresses, evaluate }) : open
    },
  }
}
