import type { Finding } from '../detect/finding'
import type { FlowEdge } from '../flows/window-types'
import type { GraphIndex } from '../graph/graph-index'
import { isolationCoverage, type NamespaceCoverage } from '../graph/isolation-coverage'
import { countPolicyHits, type PolicyHits } from '../graph/policy-hits'
import type { Cluster } from '../model/cluster'
import type { InputProblem } from '../model/problem'
import type { PolicyEngine } from '../policy/engine'
import type { PolicyInfo } from '../policy/policy-info'
import { bounded } from './bounded'
import type {
  CoverageRow,
  PolicyDetails,
  PolicyDocument,
  PolicyFinding,
  PolicyListDocument,
  PolicyProblem,
  PolicyRow,
  PolicySummary,
} from './details'
import { gravestFirst } from './findings-document'
import { hitsDocument } from './hits-document'
import { policyPictures } from './policy-picture'
import { fieldLines, policyText } from './policy-text'

const MAX_SUBJECTS = 500
const MAX_PROBLEMS = 50
/** A row shows the gravest and counts the others. */
const MAX_ROW_PROBLEMS = 3
const MAX_COVERED = 200

/** What the documents of policies are made from. */
export type PolicyFacts = {
  readonly cluster: Cluster
  readonly engine: PolicyEngine
  readonly index: GraphIndex
  readonly findings: readonly Finding[]
  readonly flowEdges: readonly FlowEdge[]
  readonly windowMs: number
}

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
export function policyListDocument(facts: PolicyFacts, namespaces: readonly string[]): PolicyListDocument {
  const { engine, index, flowEdges, windowMs } = facts
  const isWanted = (namespace: string | null) => namespaces.length === 0 || namespace === null || namespaces.includes(namespace)
  const hits = countPolicyHits(flowEdges, index.verdicts)
  const findingsOf = byPolicy(facts.findings)
  const policies = wholeObjects(engine).filter(({ namespace }) => isWanted(namespace))
  return {
    apiVersion: 'sluice/v1',
    kind: 'PolicyList',
    policies: policies.map((policy) => policyRow(policy, hits, findingsOf(policy), engine, MAX_ROW_PROBLEMS)),
    tiers: engine.tiers.map(({ name, mode }) => ({ name, mode })),
    coverage: isolationCoverage(index)
      .filter(({ namespace }) => isWanted(namespace))
      .map(coverageRow),
    profile: engine.profile,
    enforcer: engine.enforcer,
    connections: connectionsOf(flowEdges),
    windowMs,
  }
}

/** The document of everything that one name stands for; null when that is nothing. */
export function policyDocument(ref: string | null, facts: PolicyFacts): PolicyDocument | null {
  const { engine, index, flowEdges, windowMs } = facts
  const sharing = wholeObjects(engine).filter((policy) => policy.ref === ref)
  if (sharing.length === 0) return null
  const hits = countPolicyHits(flowEdges, index.verdicts)
  const findingsOf = byPolicy(facts.findings)
  const ordered = [...sharing.filter(isOfKubernetes), ...sharing.filter((policy) => !isOfKubernetes(policy))]
  const [first, ...others] = ordered.map((policy) => policyDetails(policy, hits, findingsOf(policy), facts))
  return first === undefined
    ? null
    : {
        apiVersion: 'sluice/v1',
        kind: 'Policy',
        ...first,
        others,
        enforcer: engine.enforcer,
        connections: connectionsOf(flowEdges),
        windowMs,
      }
}

function isOfKubernetes({ raw }: PolicyInfo): boolean {
  return raw.meta.apiVersion.startsWith('networking.k8s.io/')
}

/** The policies by object: one with several specs is several to the engine. */
function wholeObjects(engine: PolicyEngine): readonly PolicyInfo[] {
  const byObject = new Map<PolicyInfo['raw'], PolicyInfo>()
  for (const policy of engine.policies) {
    const known = byObject.get(policy.raw)
    byObject.set(policy.raw, known === undefined ? policy : joined(known, policy, engine))
  }
  return [...byObject.values()]
}

function joined(a: PolicyInfo, b: PolicyInfo, engine: PolicyEngine): PolicyInfo {
  const counts = (direction: 'ingress' | 'egress') => a.ruleCounts[direction] + b.ruleCounts[direction]
  return {
    ...a,
    isolates: (['ingress', 'egress'] as const).filter((direction) => a.isolates.includes(direction) || b.isolates.includes(direction)),
    ruleCounts: { ingress: counts('ingress'), egress: counts('egress') },
    subjectCount: engine.subjectsOf(a).length,
  }
}

/** The findings of a policy. Those of two API groups may share their kind and name. */
function byPolicy(findings: readonly Finding[]): (policy: PolicyInfo) => readonly Finding[] {
  const keyOf = (apiVersion: string | null, ref: string) => `${apiVersion ?? ''} ${ref}`
  const found = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = keyOf(finding.object.apiVersion, finding.object.ref)
    found.set(key, [...(found.get(key) ?? []), finding])
  }
  return ({ raw, ref }) => found.get(keyOf(raw.meta.apiVersion, ref)) ?? []
}

function policyRow(
  policy: PolicyInfo,
  hits: ReadonlyMap<string, PolicyHits>,
  findings: readonly Finding[],
  engine: PolicyEngine,
  mostProblems: number,
): PolicyRow {
  const problems = gravestFirst<PolicyProblem>([
    ...readingProblems(policy, engine.problems),
    ...findings.map(({ severity, message, id }) => ({ severity, message, detector: id })),
  ])
  return { ...policySummary(policy), hits: hitsDocument(hits.get(policy.ref)), problems: bounded(problems, mostProblems) }
}

/** What could not be read in the policy, without its name in front. */
function readingProblems({ raw }: PolicyInfo, problems: readonly InputProblem[]): readonly PolicyProblem[] {
  const { kind, namespace, name, origin } = raw.meta
  const title = `${kind} ${namespace === null ? name : `${namespace}/${name}`}: `
  return problems
    .filter(({ file, message }) => message.startsWith(title) && (origin === null || file === origin.file))
    .map(({ severity, message }) => ({ severity, message: message.slice(title.length), detector: null }))
}

function policyDetails(
  policy: PolicyInfo,
  hits: ReadonlyMap<string, PolicyHits>,
  findings: readonly Finding[],
  { engine, cluster }: PolicyFacts,
): PolicyDetails {
  const workloads = new Set<string>()
  for (const ref of engine.subjectsOf(policy)) {
    const pod = cluster.pods.get(ref)
    if (pod !== undefined) workloads.add(pod.workload)
  }
  const { yaml, rules } = policyText(policy.raw)
  const withLines = (finding: Finding): PolicyFinding => ({
    ...finding,
    lines: finding.field === null ? null : fieldLines(yaml, finding.field),
  })
  const canBeDrawn = policy.enforcement === 'enforced' || policy.enforcement === 'staged'
  return {
    ...policyRow(policy, hits, findings, engine, MAX_PROBLEMS),
    yaml,
    rules,
    subjects: bounded([...workloads].sort(), MAX_SUBJECTS),
    findings: gravestFirst(findings.slice(0, MAX_PROBLEMS)).map(withLines),
    pictures: canBeDrawn ? policyPictures(engine.outline(policy), hits.get(policy.ref)?.rules ?? new Map(), cluster) : [],
  }
}

function coverageRow({ namespace, isSystem, workloads }: NamespaceCoverage): CoverageRow {
  const { both, ingress, egress, none, unknown, beyond } = workloads
  const list = (refs: readonly string[]) => bounded(refs, MAX_COVERED)
  return {
    namespace,
    isSystem,
    workloads: {
      both: list(both),
      ingress: list(ingress),
      egress: list(egress),
      none: list(none),
      unknown: list(unknown),
      beyond: list(beyond),
    },
  }
}

function connectionsOf(flowEdges: readonly FlowEdge[]): number {
  return flowEdges.reduce((sum, { verdicts, repeats }) => {
    const seen = verdicts.forwarded + verdicts.dropped + verdicts.audit + verdicts.error + verdicts.unknown
    return sum + Math.max(seen, repeats.forwarded > 0 ? 1 : 0)
  }, 0)
}
