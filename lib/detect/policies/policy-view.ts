import type { Cluster, Pod, Workload } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import { isRecord } from '../../model/fields'
import type { PodRef, WorkloadRef } from '../../model/names'
import { matchesSelector, type Selector } from '../../model/selector'
import type { CompiledPolicy } from '../../policy/compiled-policy'
import type { Condition, EndTerm } from '../../policy/end-term'
import type { PolicyEngine } from '../../policy/engine'
import type { PodClass } from '../../policy/pod-classes'
import type { PolicyEnforcement } from '../../policy/policy-info'
import type { Direction } from '../../policy/types'
import { enteredPods } from '../entered-pods'
import { fieldAt } from '../field-at'
import { type LabelledCandidate, type NearestLabels, nearestLabels } from '../nearest-labels'
import { Cells } from './cells'

/** One policy as detectors see it: compiled, with the place of its spec in the document. */
export type ViewedPolicy = {
  readonly policy: CompiledPolicy
  readonly enforcement: PolicyEnforcement
  /** `spec`, or `specs[2]` of a Cilium policy with several. */
  readonly specPath: FieldPath
  readonly spec: Readonly<Record<string, unknown>>
}

/** Workloads that selectors are compared with, over all findings. */
const MAX_COMPARISONS = 100_000

/** What all detectors look at: the policies in a fixed order, and whom their conditions match. Built once per detection. */
export class PolicyView {
  /** By ref, then as documents follow each other; the same whatever the order of the documents. */
  readonly policies: readonly ViewedPolicy[]
  /** Those that were understood and that the plugin of the cluster enforces, or would if they were not staged. */
  readonly understood: readonly ViewedPolicy[]
  /** Those that count in verdicts and were understood. */
  readonly enforced: readonly ViewedPolicy[]
  /** In an order that does not depend on the order of the documents. */
  readonly classes: readonly PodClass[]
  /** Only for namespaces that a policy names: other namespaces may share classes. */
  private readonly classesByNamespace: ReadonlyMap<string, readonly PodClass[]>
  /**
   * Whether the input shows everything that runs: a live cluster, or manifests with the machines. Otherwise what a
   * selector does not find may just be somewhere else.
   */
  readonly isWholeCluster: boolean
  /** Workloads with pods that policies can select, by namespace. */
  readonly workloadsByNamespace: ReadonlyMap<string, readonly Workload[]>
  private readonly byPolicy: ReadonlyMap<CompiledPolicy, ViewedPolicy>
  private comparisons = 0
  private readonly candidates = new Map<string, readonly LabelledCandidate[]>()
  private cellsOfView: Cells | null = null
  private entered: ReadonlySet<PodRef> | null = null
  /** Pods on the network of their node, one of each workload. */
  readonly hostNetworkPods: readonly Pod[]
  private readonly matched = new Map<string, readonly PodClass[]>()

  constructor(
    readonly cluster: Cluster,
    readonly engine: PolicyEngine,
  ) {
    const { listed, classes } = engine.facts
    this.policies = viewedPolicies(listed)
    // Every namespace has a Calico profile of its own, written by nobody.
    const written = this.policies.filter(({ policy }) => policy.kind !== 'Profile')
    this.understood = written.filter(({ enforcement }) => enforcement === 'enforced' || enforcement === 'staged')
    this.enforced = written.filter(({ enforcement }) => enforcement === 'enforced')
    this.byPolicy = new Map(this.policies.map((viewed) => [viewed.policy, viewed]))
    this.classes = sortedClasses(classes.all)
    const byNamespace = new Map<string, PodClass[]>()
    for (const podClass of this.classes) {
      const known = byNamespace.get(podClass.facts.namespace)
      if (known === undefined) byNamespace.set(podClass.facts.namespace, [podClass])
      else known.push(podClass)
    }
    this.classesByNamespace = byNamespace
    const workloads = new Map<string, Workload[]>()
    for (const workload of cluster.workloads.values()) {
      if (!workload.pods.some((pod) => classes.byPod.has(pod))) continue
      const known = workloads.get(workload.namespace)
      if (known === undefined) workloads.set(workload.namespace, [workload])
      else known.push(workload)
    }
    this.workloadsByNamespace = workloads
    this.hostNetworkPods = [...cluster.workloads.values()].flatMap(({ pods }) => {
      const pod = pods[0] === undefined ? undefined : cluster.pods.get(pods[0])
      return pod?.hostNetwork ? [pod] : []
    })
    this.isWholeCluster = cluster.source !== 'manifests' || cluster.nodes.size > 0
  }

  viewedOf(policy: CompiledPolicy): ViewedPolicy | null {
    return this.byPolicy.get(policy) ?? null
  }

  /** The classes of pods that a policy selects. */
  subjects({ policy }: ViewedPolicy): readonly PodClass[] {
    return this.matching(policy.subject)
  }

  /** The classes of pods for which all terms hold, over any address family. */
  matching(condition: Condition): readonly PodClass[] {
    const key = condition.map((term) => term.key).join('&')
    let found = this.matched.get(key)
    if (found === undefined) {
      found = this.classesFor(condition).filter((podClass) => this.holdsForClass(condition, podClass))
      this.matched.set(key, found)
    }
    return found
  }

  /** What a selector that matches nothing in a namespace could have meant. */
  candidatesIn(namespace: string): readonly LabelledCandidate[] {
    let candidates = this.candidates.get(namespace)
    if (candidates === undefined) {
      candidates = (this.workloadsByNamespace.get(namespace) ?? []).map(({ ref, labels }) => ({ title: ref, labels }))
      this.candidates.set(namespace, candidates)
    }
    return candidates
  }

  /** What comes nearest to a selector that matches nothing; null also when very many were asked for already. */
  nearest(selector: Selector | null, candidates: readonly LabelledCandidate[]): NearestLabels | null {
    this.comparisons += candidates.length
    return this.comparisons > MAX_COMPARISONS ? null : nearestLabels(selector, candidates)
  }

  /** The policies that isolate the class in that direction. */
  isolating(podClass: PodClass, direction: Direction): readonly CompiledPolicy[] {
    return this.engine.facts.evaluation.index.isolating(podClass, direction)
  }

  /** Nothing isolates the class in that direction, and no rule denies it anything. */
  isOpen(podClass: PodClass, direction: Direction): boolean {
    const tiers = this.engine.facts.evaluation.index.tiersFor(podClass, direction)
    return tiers.every(({ policies }) =>
      policies.every((policy) => policy[direction].isolates === 'no' && policy[direction].rules.every(({ action }) => action !== 'deny')),
    )
  }

  /** The workloads that have pods in the classes, by name. */
  workloadsOf(classes: readonly PodClass[]): readonly WorkloadRef[] {
    const refs = new Set<WorkloadRef>()
    for (const { pods } of classes) {
      for (const pod of pods) {
        const workload = this.cluster.pods.get(pod)?.workload
        if (workload !== undefined) refs.add(workload)
      }
    }
    return [...refs].sort(compareText)
  }

  /** What rules name, and who shares policies. */
  get cells(): Cells {
    this.cellsOfView ??= new Cells(this)
    return this.cellsOfView
  }

  /** Pods that a door leads to: what is meant to be reached from outside. */
  get enteredPods(): ReadonlySet<PodRef> {
    this.entered ??= enteredPods(this.cluster)
    return this.entered
  }

  private holdsForClass(condition: Condition, podClass: PodClass): boolean {
    const { matcher } = this.engine.facts.evaluation
    if (condition.every((term) => matcher.holdsForClass(term, podClass, null))) return true
    if (!condition.some(looksAtAddresses)) return false
    return ([4, 6] as const).some((family) => condition.every((term) => matcher.holdsForClass(term, podClass, family)))
  }

  private classesFor(condition: Condition): readonly PodClass[] {
    for (const term of condition) {
      if (term.kind !== 'pods') continue
      if (term.inNamespace !== null) return this.classesByNamespace.get(term.inNamespace) ?? []
      const { namespaceSelector } = term
      if (namespaceSelector === null) continue
      return [...this.classesByNamespace.values()].flatMap((classes) => {
        const labels = classes[0]?.facts.namespaceLabels
        return labels !== undefined && matchesSelector(namespaceSelector, labels) ? classes : []
      })
    }
    return this.classes
  }
}

function looksAtAddresses(term: EndTerm): boolean {
  return term.kind === 'addresses' || (term.kind === 'expression' && term.addresses !== null)
}

function viewedPolicies(listed: PolicyEngine['facts']['listed']): readonly ViewedPolicy[] {
  const specsSeen = new Map<object, number>()
  const viewed = listed.map(({ policy, enforcement }): ViewedPolicy => {
    const { body } = policy.raw
    const index = specsSeen.get(policy.raw) ?? 0
    specsSeen.set(policy.raw, index + 1)
    const hasSpec = isRecord(body.spec)
    const specPath: FieldPath =
      index === 0 && hasSpec ? ['spec'] : Array.isArray(body.specs) ? ['specs', hasSpec ? index - 1 : index] : ['spec']
    const spec = fieldAt(body, specPath)
    return { policy, enforcement, specPath, spec: isRecord(spec) ? spec : {} }
  })
  return viewed.sort((a, b) => compareText(placeKey(a), placeKey(b)))
}

function placeKey({ policy, specPath }: ViewedPolicy): string {
  return `${policy.ref} ${policy.raw.meta.apiVersion} ${String(specPath.at(-1)).padStart(4, '0')}`
}

function sortedClasses(classes: readonly PodClass[]): readonly PodClass[] {
  return classes
    .map((podClass) => ({ podClass, first: podClass.pods.reduce((a, b) => (compareText(b, a) < 0 ? b : a)) }))
    .sort((a, b) => compareText(a.first, b.first))
    .map(({ podClass }) => podClass)
}
