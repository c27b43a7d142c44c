import type { CheckedAssertion } from '../../assert/check-assertions'
import type { AssertionsReport } from './assertions-text'
import { jsonLines } from './json-lines'
import { verdictLine } from './verdict-line'

/** Expectations and their outcomes as JSON, one rule a line. */
export function* assertionsJson({ basis, checked }: AssertionsReport): Iterable<string> {
  const failed = checked.filter(({ holds }) => !holds).length
  yield `{\n  "apiVersion": "sluice/v1",\n  "kind": "Assertions",\n  "rules": ${checked.length},\n  "failed": ${failed},\n`
  yield `  "basis": ${JSON.stringify(basis)},\n  "results": [`
  yield* jsonLines(checked.map(resultOf))
  yield ']\n}\n'
}

function resultOf({ assertion, holds, missing, failing, isCut }: CheckedAssertion): object {
  return {
    ...assertion,
    holds,
    missing,
    failing: failing.map(({ answer, ...pair }) => {
      const { egress, ingress, reason } = verdictLine(null, answer, { explain: false, nameOf: (ref) => ref })
      return { ...pair, egress, ingress, reason }
    }),
    complete: !isCut,
  }
}
