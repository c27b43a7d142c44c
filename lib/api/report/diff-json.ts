import type { ReplayedConnection } from '../../review/flow-replay'
import { printTime } from '../print-time'
import { countKinds, type DiffReport, diffSummary } from './diff-report'
import { jsonLines } from './json-lines'

/** The comparison as JSON, one change a line. */
export function* diffJson(report: DiffReport): Iterable<string> {
  const { basis, diff, replay, evidence } = report
  const { newlyDenied, newlyAllowed, ...counts } = replay
  yield `{\n  "apiVersion": "sluice/v1",\n  "kind": "ConnectivityDiff",\n  "level": ${JSON.stringify(diff.level)},\n`
  yield `  "summary": ${JSON.stringify(diffSummary(report))},\n  "totals": ${JSON.stringify(countKinds(report))},\n`
  yield `  "basis": ${JSON.stringify(basis)},\n  "changes": [`
  yield* jsonLines(diff.changes)
  yield '],\n  "unknown": ['
  yield* jsonLines(diff.unknown)
  yield '],\n'
  const flows = { newlyDenied: newlyDenied.map(replayedDocument), newlyAllowed: newlyAllowed.map(replayedDocument), ...counts }
  yield `  "flows": ${JSON.stringify(flows)},\n`
  const { from, to, firstFlow, lastFlow, ...facts } = evidence
  const times = { from: timeText(from), to: timeText(to), firstFlow: timeText(firstFlow), lastFlow: timeText(lastFlow) }
  yield `  "evidence": ${JSON.stringify({ ...facts, ...times })}\n}\n`
}

function replayedDocument({ firstSeen, lastSeen, ...rest }: ReplayedConnection): object {
  return { ...rest, firstSeen: printTime(firstSeen), lastSeen: printTime(lastSeen) }
}

function timeText(at: number | null): string | null {
  return at === null ? null : printTime(at)
}
