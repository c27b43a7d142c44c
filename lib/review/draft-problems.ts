import type { Cluster } from '../model/cluster'
import type { RawObject } from '../model/object'
import { formatProblem, type InputProblem } from '../model/problem'
import type { PolicyEngine } from '../policy/engine'
import type { PolicyEnforcement } from '../policy/policy-info'

export type Side = { readonly cluster: Cluster; readonly engine: Pick<PolicyEngine, 'problems' | 'policies' | 'profile'> }

/**
 * What a reader of the draft must know, at its lines: what cannot be read, what cannot be evaluated, and what has no effect
 * because nobody enforces or reads it. `file` is the name under which the draft was parsed.
 */
export function draftProblems(after: Side, file: string): readonly InputProblem[] {
  const isDrafted = ({ meta }: RawObject): boolean => meta.origin?.file === file
  const found = [...after.cluster.problems, ...after.engine.problems].filter((problem) => problem.file === file)
  const idle = after.engine.policies.flatMap(({ raw, enforcement }) => {
    const words = IDLE.get(enforcement)
    return words === undefined || !isDrafted(raw) ? [] : [warning(raw, `${raw.meta.kind}: ${words(after.engine.profile)}`)]
  })
  const unread = after.cluster.others
    .filter(isDrafted)
    .map((raw) => warning(raw, `${raw.meta.apiVersion} ${raw.meta.kind} plays no part in connections`))
  return distinct([...found, ...idle, ...unread])
}

const IDLE: ReadonlyMap<PolicyEnforcement, (profile: string) => string> = new Map<PolicyEnforcement, (profile: string) => string>([
  ['other-plugin', (profile) => `the plugin of this cluster (${profile}) does not know this kind; it changes no verdict`],
  ['staged', () => 'staged: it is not enforced and changes no verdict'],
])

function warning({ meta }: RawObject, message: string): InputProblem {
  return {
    file: meta.origin?.file ?? '',
    line: meta.origin?.line ?? null,
    column: meta.origin?.column ?? null,
    severity: 'warning',
    message,
  }
}

/** Two readers may look at one field. Errors first, then by line. */
function distinct(problems: readonly InputProblem[]): InputProblem[] {
  const byText = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...byText.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.severity < b.severity ? -1 : 1))
}
