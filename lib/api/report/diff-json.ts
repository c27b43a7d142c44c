import { countChanges } from '../../review/count-changes'
import { evidenceDocument, replayedDocument } from '../diff-document'
import { type DiffReport, diffSummary } from './diff-report'
import { jsonLines } from './json-lines'

/** The comparison as JSON, one change a line. */
export function* diffJson(report: DiffReport): Iterable<string> {
  const { basis, diff, replay, evidence } = report
  const { newlyDenied, newlyAllowed, ...counts } = replay
  yield `{\n  "apiVersion": "sluice/v1",\n  "kind": "ConnectivityDiff",\n  "level": ${JSON.stringify(diff.level)},\n`
  const totals = { ...countChanges(diff.changes), unknown: diff.unknown.length }
  yield `  "summary": ${JSON.stringify(diffSummary(report))},\n  "totals": ${JSON.stringify(totals)},\n`
  yield `  "basis": ${JSON.stringify(basis)},\n  "changes": [`
  yield* jsonLines(diff.changes)
  yield '],\n  "unknown": ['
  yield* jsonLines(diff.unknown)
  yield '],\n'
  const flows = { newlyDenied: newlyDenied.map(replayedDocument), newlyAllowed: newlyAllowed.map(replayedDocument), ...counts }
  yield `  "flows": ${JSON.stringify(flows)},\n`
  yield `  "evidence": ${JSON.stringify(evidenceDocument(evidence))}\n}\n`
}
