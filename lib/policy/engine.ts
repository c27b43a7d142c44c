import type { Cluster } from '../model/cluster'
import type { PodRef, PolicyRef } from '../model/names'
import type { RawObject } from '../model/object'
import type { InputProblem } from '../model/problem'
import type { FlowProtocol } from '../model/protocol'
import { type Assumptions, assumptionsOf } from './assumptions'
import type { CompiledPolicy } from './compiled-policy'
import { computeConnectivity } from './compute-connectivity'
import { ConnectionSets } from './connection-sets'
import type { Connectivity, ConnectivityOptions } from './connectivity'
import type { Evaluation } from './decide-side'
import { EndMatcher } from './end'
import { evaluateQuestion } from './evaluate-question'
import { classifyPods } from './pod-classes'
import { detectProfile } from './profile'
import { readPolicies } from './read-policies'
import { EndResolver } from './resolve-end'
import { PolicyIndex } from './tiers'
import type { Direction, EvaluateAnswer, ProfileName } from './types'

export type EngineOptions = {
  /** Detected from the cluster when left out. */
  readonly profile?: ProfileName
  /** Switches that differ from the profile's. */
  readonly assumptions?: Partial<Assumptions>
}

/** May `from` open a new connection to `to`? Names are those of docs/naming.md; `port` null asks for every port of the protocol. */
export type Question = { readonly from: string; readonly to: string; readonly port: number | null; readonly protocol: FlowProtocol }

/** One policy as the engine read it. */
export type PolicyInfo = {
  readonly ref: PolicyRef
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly tier: string
  /** Position in its tier, lower first; null where the tier has no order. */
  readonly order: number | null
  readonly raw: RawObject
  readonly isolates: readonly Direction[]
  readonly ruleCounts: Readonly<Record<Direction, number>>
  /** How many pods it selects. */
  readonly subjectCount: number
  readonly enforcement: PolicyEnforcement
}

/**
 * Whether the policy counts in verdicts: `enforced` as written; `unreadable` when a problem makes its answers unknown;
 * `unsupported` when the profile enforces the kind and this version cannot evaluate it, so that its answers are
 * unknown; `staged` shows only in the pending trace; `other-plugin` when the profile's plugin does not know the kind; `mesh` for the layer above the network.
 */
export type PolicyEnforcement = 'enforced' | 'staged' | 'unreadable' | 'unsupported' | 'other-plugin' | 'mesh'

/** Everything that can be asked of a cluster's policies. A value: a changed cluster is compiled anew. */
export type PolicyEngine = {
  readonly profile: ProfileName
  readonly assumptions: Assumptions
  /** What is wrong in policies; each is also the reason of unknown answers when it is an error. */
  readonly problems: readonly InputProblem[]
  readonly policies: readonly PolicyInfo[]
  evaluate(question: Question): EvaluateAnswer
  /** The policies that isolate the pod; empty lists when it is open. */
  isolation(pod: PodRef): Readonly<Record<Direction, readonly PolicyRef[]>>
  /** The pods that a policy selects. */
  subjects(policy: PolicyRef): readonly PodRef[]
  connectivity(level: 'workload' | 'pod', options?: ConnectivityOptions): Connectivity
}

/** Compiles a cluster's policies for questions. Never throws on input. */
export function compilePolicies(cluster: Cluster, options: EngineOptions = {}): PolicyEngine {
  const profile = options.profile ?? detectProfile(cluster)
  const assumptions = assumptionsOf(profile, options.assumptions)
  const sets = new ConnectionSets(assumptions.protocols)
  const reading = readPolicies(cluster, profile, sets, assumptions)
  const classes = classifyPods(cluster, [...reading.evaluated, ...(reading.pending ?? [])])
  const matcher = new EndMatcher(classes.all.length)
  const evaluation: Evaluation = {
    index: new PolicyIndex(reading.evaluated, reading.plan, matcher),
    pending: reading.pending === null ? null : new PolicyIndex(reading.pending, reading.plan, matcher),
    matcher,
    sets,
  }
  const resolver = new EndResolver(cluster, classes)

  const subjectsOf = (policy: CompiledPolicy): readonly PodRef[] =>
    classes.all
      .filter((podClass) => policy.subject.every((term) => matcher.holdsForClass(term, podClass, null)))
      .flatMap((podClass) => podClass.pods)
  const isolating = (pod: PodRef, direction: Direction): readonly PolicyRef[] => {
    const podClass = classes.byPod.get(pod)
    return podClass === undefined ? [] : evaluation.index.isolating(podClass, direction).map((policy) => policy.ref)
  }
  const byRef = new Map(reading.listed.map((listed) => [listed.policy.ref, listed.policy]))

  let infos: readonly PolicyInfo[] | null = null
  return {
    profile,
    assumptions,
    problems: reading.problems,
    get policies() {
      infos ??= reading.listed.map(({ policy, enforcement }) => describePolicy(policy, enforcement, subjectsOf(policy).length))
      return infos
    },
    evaluate: (question) => evaluateQuestion(question, { cluster, resolver, evaluation, assumptions, addresses: reading.addresses }),
    isolation: (pod) => ({ ingress: isolating(pod, 'ingress'), egress: isolating(pod, 'egress') }),
    subjects: (ref) => {
      const policy = byRef.get(ref)
      return policy === undefined ? [] : subjectsOf(policy)
    },
    connectivity: (level, connectivityOptions = {}) =>
      computeConnectivity({ cluster, classes, evaluation, addresses: reading.addresses }, level, connectivityOptions),
  }
}

function describePolicy(policy: CompiledPolicy, enforcement: PolicyEnforcement, subjectCount: number): PolicyInfo {
  const { ref, kind, namespace, name, tier, raw } = policy
  const directions: readonly Direction[] = ['ingress', 'egress']
  const countOf = (direction: Direction): number => policy[direction].rules.filter((rule) => rule.index >= 0).length
  return {
    ref,
    kind,
    namespace,
    name,
    tier,
    order: tier === 'NetworkPolicy' ? null : policy.order,
    raw,
    isolates: directions.filter((direction) => policy[direction].isolates === 'yes'),
    ruleCounts: { ingress: countOf('ingress'), egress: countOf('egress') },
    subjectCount,
    enforcement,
  }
}
