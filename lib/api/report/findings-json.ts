import { countFindings, type FindingsReport } from './findings-report'
import { jsonLines } from './json-lines'

/** The findings as JSON, one a line. */
export function* findingsJson({ basis, findings }: FindingsReport): Iterable<string> {
  yield `{\n  "apiVersion": "sluice/v1",\n  "kind": "Findings",\n  "severities": ${JSON.stringify(countFindings(findings))},\n`
  yield `  "basis": ${JSON.stringify(basis)},\n  "findings": [`
  yield* jsonLines(findings)
  yield ']\n}\n'
}
