import type { Cluster } from '../model/cluster'
import { endsCalled } from '../model/ends-called'
import type { Protocol } from '../model/protocol'
import type { PolicyEngine } from '../policy/engine'
import type { EvaluateAnswer, PolicyVerdict, PortRange } from '../policy/types'
import type { Assertion } from './assertion'

/** A pair that does not do what was expected. */
export type FailingPair = {
  readonly from: string
  readonly to: string
  /** Which of the pods, addresses or endpoints behind the two names; null when all do. */
  readonly part: string | null
  readonly protocol: Protocol
  /** Ports for which it holds; null when the question was about one port. */
  readonly ports: readonly PortRange[] | null
  readonly port: number | null
  /** What the policies say instead. */
  readonly verdict: PolicyVerdict
  readonly answer: EvaluateAnswer
}

export type CheckedAssertion = {
  readonly assertion: Assertion
  readonly holds: boolean
  /** Names that stand for nothing in the input: such a rule does not hold, because it may be misspelt. */
  readonly missing: readonly string[]
  /** At most {@link MAX_PAIRS}. */
  readonly failing: readonly FailingPair[]
  /** True when there are more failing pairs than listed. */
  readonly isCut: boolean
}

/** Failing pairs listed of one rule. */
export const MAX_PAIRS = 50

type Policies = Pick<PolicyEngine, 'evaluate'>

/** Checks expectations against the policies. What the policies cannot tell is not as expected. */
export function checkAssertions(assertions: readonly Assertion[], cluster: Cluster, engine: Policies): readonly CheckedAssertion[] {
  return assertions.map((assertion) => checkAssertion(assertion, cluster, engine))
}

function checkAssertion(assertion: Assertion, cluster: Cluster, engine: Policies): CheckedAssertion {
  // In an empty namespace nobody can be denied anything, and nobody can be let through.
  const isMissing = (name: string): boolean =>
    namesOf(name, cluster).length === 0 || (assertion.expect === 'allowed' && workloadsOf(name, cluster).length === 0)
  const missing = [...new Set([...assertion.from, ...assertion.to])].filter(isMissing)
  const failing: FailingPair[] = []
  for (const from of assertion.from.flatMap((name) => namesOf(name, cluster))) {
    for (const to of assertion.to.flatMap((name) => namesOf(name, cluster))) {
      for (const protocol of assertion.protocols) {
        if (failing.length > MAX_PAIRS) break
        failing.push(...failingPairs({ from, to, protocol }, assertion, cluster, engine))
      }
    }
  }
  const isCut = failing.length > MAX_PAIRS
  return { assertion, holds: missing.length === 0 && failing.length === 0, missing, failing: failing.slice(0, MAX_PAIRS), isCut }
}

type Asked = { readonly from: string; readonly to: string; readonly protocol: Protocol }

/** Whole groups are asked at once; only when they do not agree is each pair of their workloads asked. */
function failingPairs(asked: Asked, assertion: Assertion, cluster: Cluster, engine: Policies): readonly FailingPair[] {
  if (wrongLeaves(engine.evaluate({ ...asked, port: assertion.port }), assertion).length === 0) return []
  const pairs: FailingPair[] = []
  for (const from of workloadsOf(asked.from, cluster)) {
    for (const to of workloadsOf(asked.to, cluster)) {
      if (pairs.length > MAX_PAIRS) return pairs
      const wrong = wrongLeaves(engine.evaluate({ from, to, protocol: asked.protocol, port: assertion.port }), assertion)
      for (const { part, port, ports, answer } of wrong) {
        const verdict = answer.verdict === 'partial' ? 'unknown' : answer.verdict
        pairs.push({ from, to, part, protocol: asked.protocol, port: port ?? assertion.port, ports, verdict, answer })
      }
    }
  }
  return pairs
}

type Leaf = {
  readonly part: string | null
  readonly port: number | null
  readonly ports: readonly PortRange[] | null
  readonly answer: EvaluateAnswer
}

function wrongLeaves(answer: EvaluateAnswer, { expect }: Assertion): readonly Leaf[] {
  return leavesOf({ part: null, port: null, ports: null, answer }).filter(
    // A pod reaches itself whatever the policies say; nobody expects otherwise.
    (leaf) => leaf.answer.verdict !== expect && leaf.answer.egress.exemption !== 'self',
  )
}

/** The answers of the smallest parts that the engine tells apart. */
function leavesOf(leaf: Leaf): readonly Leaf[] {
  const parts = leaf.answer.parts ?? leaf.answer.endpoints ?? []
  if (parts.length === 0) return [leaf]
  return parts.flatMap(({ ref, port, ports, answer }) => leavesOf({ part: ref, port, ports, answer }))
}

/** The names that a name of a rule stands for; `*` is every namespace in which something runs. */
function namesOf(name: string, cluster: Cluster): readonly string[] {
  if (name === '*') return [...cluster.namespaces.keys()].filter((namespace) => workloadsOf(namespace, cluster).length > 0)
  return endsCalled(name, cluster)
}

/** The workloads of a namespace; any other name itself. */
function workloadsOf(name: string, cluster: Cluster): readonly string[] {
  if (/[/:]/.test(name)) return [name]
  return [...cluster.workloads.values()].filter(({ namespace }) => namespace === name).map(({ ref }) => ref)
}
