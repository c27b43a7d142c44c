import type { Cluster } from '../model/cluster'
import type { PodRef } from '../model/names'
import type { InputProblem } from '../model/problem'
import type { PolicyInfo } from '../policy/policy-info'
import type { PolicyDetails, PolicyDocument, PolicyListDocument, PolicySummary } from './details'
import { policyText } from './policy-text'

const MAX_SUBJECTS = 500
const MAX_PROBLEMS = 50

export function policySummary(policy: PolicyInfo): PolicySummary {
  const { ref, kind, namespace, name, tier, order, isolates, ruleCounts, subjectCount, enforcement } = policy
  return {
    ref,
    policyApiVersion: policy.raw.meta.apiVersion,
    policyKind: kind,
    namespace,
    name,
    tier,
    order,
    isolates,
    ruleCounts,
    subjectCount,
    enforcement,
    origin: policy.raw.meta.origin,
  }
}

/** `namespaces` empty lists all; cluster-scoped policies are always among them. */
export function policyListDocument(policies: readonly PolicyInfo[], namespaces: readonly string[]): PolicyListDocument {
  const wanted = policies.filter(({ namespace }) => namespaces.length === 0 || namespace === null || namespaces.includes(namespace))
  return { apiVersion: 'sluice/v1', kind: 'PolicyList', policies: wanted.map(policySummary) }
}

type Subjects = { subjectsOf(policy: PolicyInfo): readonly PodRef[]; readonly problems: readonly InputProblem[] }

/** The document of everything that one name stands for; null when that is nothing. */
export function policyDocument(sharing: readonly PolicyInfo[], engine: Subjects, cluster: Cluster): PolicyDocument | null {
  const distinct = sharing.filter(({ raw }, index) => sharing.findIndex((other) => other.raw === raw) === index)
  const [first, ...others] = [...distinct.filter(isOfKubernetes), ...distinct.filter((policy) => !isOfKubernetes(policy))].map((policy) =>
    policyDetails(policy, engine, cluster),
  )
  return first === undefined ? null : { apiVersion: 'sluice/v1', kind: 'Policy', ...first, others }
}

function isOfKubernetes({ raw }: PolicyInfo): boolean {
  return raw.meta.apiVersion.startsWith('networking.k8s.io/')
}

function policyDetails(policy: PolicyInfo, engine: Subjects, cluster: Cluster): PolicyDetails {
  const workloads = new Set<string>()
  for (const ref of engine.subjectsOf(policy)) {
    const pod = cluster.pods.get(ref)
    if (pod !== undefined) workloads.add(pod.workload)
  }
  const origin = policy.raw.meta.origin
  const problems = engine.problems.filter(({ file, message }) => message.includes(policy.name) && (origin === null || file === origin.file))
  const { yaml, rules } = policyText(policy.raw)
  return {
    ...policySummary(policy),
    yaml,
    rules,
    subjects: { items: [...workloads].sort().slice(0, MAX_SUBJECTS), total: workloads.size },
    problems: problems.slice(0, MAX_PROBLEMS).map(({ message }) => message),
  }
}
