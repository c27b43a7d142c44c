import type { ConnectivityChange } from '../../policy/diff/connectivity-change'
import type { ReplayedConnection } from '../../review/flow-replay'
import { connectionsText } from './connections-text'
import { changeGroups, type DiffReport, diffSummary } from './diff-report'
import { basisText, evidenceLines } from './diff-text'
import { markdownTable } from './markdown-table'
import { markdownCode, markdownText } from './markdown-text'
import { reasonsAt } from './reason-text'

/** Tables longer than this are folded away. */
const MAX_OPEN_ROWS = 10

/** The comparison as a comment of a pull request: the answer first, then tables, then what it rests on, folded away. */
export function* diffMarkdown(report: DiffReport): Iterable<string> {
  const { diff, replay } = report
  yield `**${markdownText(diffSummary(report))}**\n`
  if (replay.newlyDenied.length > 0)
    yield section('Recorded connections that break', brokenTable(replay.newlyDenied), replay.newlyDenied.length)
  for (const { title, changes } of changeGroups(report)) yield section(title, changesTable(changes), changes.length)
  if (replay.newlyAllowed.length > 0) {
    yield section('Recorded connections that were denied and are allowed now', brokenTable(replay.newlyAllowed), replay.newlyAllowed.length)
  }
  if (diff.unknown.length > 0) {
    const rows = diff.unknown.map(({ src, dst, before, after, reason }) => [
      markdownCode(src),
      markdownCode(dst),
      markdownText(connectionsText(before)),
      markdownText(connectionsText(after)),
      markdownCode(reason),
    ])
    yield section('The policies cannot tell', markdownTable(['Source', 'Destination', 'Before', 'After', 'Reason'], rows).text, rows.length)
  }
  const lines = [...evidenceLines(report), ...basisText(report)].map((line) => `- ${markdownText(line)}\n`).join('')
  yield `\n<details><summary>How this was evaluated</summary>\n\n${lines}\n</details>\n`
}

function section(title: string, table: string, rows: number): string {
  if (rows <= MAX_OPEN_ROWS) return `\n#### ${title}\n\n${table}`
  return `\n<details><summary>${title}: ${rows}</summary>\n\n${table}\n</details>\n`
}

function changesTable(changes: readonly ConnectivityChange[]): string {
  const rows = changes.map(({ src, dst, before, after, because }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(connectionsText(before)),
    markdownText(connectionsText(after)),
    becauseCell(because),
  ])
  return markdownTable(['Source', 'Destination', 'Before', 'After', 'Because'], rows).text
}

function brokenTable(connections: readonly ReplayedConnection[]): string {
  const rows = connections.map(({ src, dst, protocol, port, count, because }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(`${protocol}${port === null ? '' : ` ${port}`}`),
    String(count),
    becauseCell(because),
  ])
  return markdownTable(['Source', 'Destination', 'Port', 'Flows', 'Because'], rows).text
}

function becauseCell(because: ConnectivityChange['because']): string {
  const [was, is] = [reasonsAt(because, 'before', markdownCode), reasonsAt(because, 'after', markdownCode)]
  return [...(was === '' ? [] : [`before: ${was}`]), ...(is === '' ? [] : [`after: ${is}`])].join('<br>')
}
