import type { Cluster } from '../model/cluster'
import type { PodRef, PolicyRef } from '../model/names'
import type { InputProblem } from '../model/problem'
import type { PolicyInfo } from '../policy/policy-info'
import type { PolicyDocument, PolicyListDocument, PolicySummary } from './details'
import { policyText } from './policy-text'

const MAX_SUBJECTS = 500
const MAX_PROBLEMS = 50

export function policySummary(policy: PolicyInfo): PolicySummary {
  const { ref, kind, namespace, name, tier, order, isolates, ruleCounts, subjectCount, enforcement } = policy
  return {
    ref,
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

type Subjects = { subjects(policy: PolicyRef): readonly PodRef[]; readonly problems: readonly InputProblem[] }

export function policyDocument(policy: PolicyInfo, engine: Subjects, cluster: Cluster): PolicyDocument {
  const workloads = new Set<string>()
  for (const ref of engine.subjects(policy.ref)) {
    const pod = cluster.pods.get(ref)
    if (pod !== undefined) workloads.add(pod.workload)
  }
  const origin = policy.raw.meta.origin
  const problems = engine.problems.filter(({ file, message }) => message.includes(policy.name) && (origin === null || file === origin.file))
  const { yaml, rules } = policyText(policy.raw)
  return {
    apiVersion: 'sluice/v1',
    kind: 'Policy',
    ...policySummary(policy),
    yaml,
    rules,
    subjects: { items: [...workloads].sort().slice(0, MAX_SUBJECTS), total: workloads.size },
    problems: problems.slice(0, MAX_PROBLEMS).map(({ message }) => message),
  }
}
