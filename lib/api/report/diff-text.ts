import type { ConnectivityChange } from '../../policy/diff/connectivity-change'
import { evidenceWords } from '../../review/evidence-words'
import type { ReplayedConnection } from '../../review/flow-replay'
import { countOf } from '../../review/plain-count'
import { basisLines } from './basis'
import { connectionsText } from './connections-text'
import { changeGroups, type DiffReport, diffSummary } from './diff-report'
import { plainLine } from './plain-line'
import { reasonsAt } from './reason-text'
import { textColumns } from './text-columns'

/** The comparison for people: the answer, then what breaks, opens and closes, each with its reasons. */
export function* diffText(report: DiffReport): Iterable<string> {
  const { diff, replay } = report
  yield `${plainLine(diffSummary(report))}\n`
  yield* replayedText('Recorded connections that break', replay.newlyDenied)
  yield* replayedText('Recorded connections that were denied and are allowed now', replay.newlyAllowed)
  for (const { title, changes } of changeGroups(report)) {
    yield `\n${title}\n`
    const table = textColumns(
      changes.map(({ src, dst, before, after }) => ['', src, dst, connectionsText(before), '→', connectionsText(after)]),
    )
    const lines = table.split('\n')
    for (const [index, change] of changes.entries()) {
      yield `${lines[index] ?? ''}\n`
      for (const line of reasonLines(change)) yield `      ${plainLine(line)}\n`
    }
  }
  if (diff.unknown.length > 0) {
    yield '\nOf these the policies cannot tell, before or after\n'
    yield textColumns(
      diff.unknown.map(({ src, dst, before, after, reason }) => [
        '',
        src,
        dst,
        connectionsText(before),
        '→',
        connectionsText(after),
        `(${reason})`,
      ]),
    )
  }
  yield '\n'
  yield evidenceLines(report)
    .map((line, index) => `${index === 0 ? '' : '  '}${plainLine(line)}\n`)
    .join('')
  yield `${basisText(report).join('\n')}\n`
}

function* replayedText(title: string, connections: readonly ReplayedConnection[]): Iterable<string> {
  if (connections.length > 0) yield `\n${title}\n`
  for (const { src, dst, protocol, port, count, because } of connections) {
    yield `  ${plainLine(`${src} → ${dst}  ${protocol}${port === null ? '' : ` ${port}`}  ${count} ${count === 1 ? 'flow' : 'flows'}`)}\n`
    const now = reasonsAt(because, 'after')
    if (now !== '') yield `      now: ${plainLine(now)}\n`
  }
}

/** How much recorded traffic the comparison rests on, and of how much of it the policies cannot tell. */
export function evidenceLines({ evidence, replay }: DiffReport): readonly string[] {
  if (evidence.sources === 0) return []
  const { headline, facts } = evidenceWords(evidence)
  const { connections } = replay.totals.unknown
  const reasons = replay.unknownBecause.map((each) => `${each.reason} ${each.connections}`).join(', ')
  const unknown = `The policies cannot tell of ${countOf(connections, 'recorded connection')}: ${reasons}.`
  return [headline, ...facts.map(({ text }) => text), ...(connections === 0 ? [] : [unknown])]
}

function reasonLines({ because }: ConnectivityChange): readonly string[] {
  const [was, is] = [reasonsAt(because, 'before'), reasonsAt(because, 'after')]
  return [...(was === '' ? [] : [`before: ${was}`]), ...(is === '' ? [] : [`after: ${is}`])]
}

/** What both sides rest on; said once where it is the same. */
export function basisText({ basis }: DiffReport): readonly string[] {
  const [before, after] = [basisLines(basis.before), basisLines(basis.after)]
  if (before.join('\n') === after.join('\n')) return after
  return [...before.map((line) => `Before: ${line}`), ...after.map((line) => `After: ${line}`)]
}
