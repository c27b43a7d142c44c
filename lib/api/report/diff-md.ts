import type { ConnectivityChange, UnknownChange } from '../../policy/diff/connectivity-change'
import type { ReplayedConnection } from '../../review/flow-replay'
import { connectionsText } from './connections-text'
import { changeGroups, type DiffReport, diffSummary } from './diff-report'
import { basisText, evidenceLines } from './diff-text'
import { markdownComment } from './markdown-comment'
import { type MarkdownTable, markdownTable } from './markdown-table'
import { markdownCode, markdownText } from './markdown-text'
import { reasonsAt } from './reason-text'

/** Tables longer than this are folded away. */
const MAX_OPEN_ROWS = 10

/** The comparison as a comment of a pull request: the answer first, then tables, then what it rests on, folded away. */
export function diffMarkdown(report: DiffReport): Iterable<string> {
  const { diff, replay } = report
  const lines = [...evidenceLines(report), ...basisText(report)].map((line) => `- ${markdownText(line)}\n`)
  return markdownComment([
    `**${markdownText(diffSummary(report))}**\n`,
    ...section('Recorded connections that break', replayedTable(replay.newlyDenied)),
    ...changeGroups(report).flatMap(({ title, changes }) => section(title, changesTable(changes))),
    ...section('Recorded connections that were denied and are allowed now', replayedTable(replay.newlyAllowed)),
    ...section('The policies cannot tell', unknownTable(diff.unknown)),
    `\n<details><summary>How this was evaluated</summary>\n\n${lines.join('')}\n</details>\n`,
  ])
}

function section(title: string, table: MarkdownTable): readonly (string | MarkdownTable)[] {
  if (table.count === 0) return []
  if (table.count <= MAX_OPEN_ROWS) return [`\n#### ${title}\n\n`, table]
  return [`\n<details><summary>${title}: ${table.count}</summary>\n\n`, table, '\n</details>\n']
}

function changesTable(changes: readonly ConnectivityChange[]): MarkdownTable {
  return markdownTable(['Source', 'Destination', 'Before', 'After', 'Because'], changes, ({ src, dst, before, after, because }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(connectionsText(before)),
    markdownText(connectionsText(after)),
    becauseCell(because),
  ])
}

function replayedTable(connections: readonly ReplayedConnection[]): MarkdownTable {
  const head = ['Source', 'Destination', 'Port', 'Flows', 'Because']
  return markdownTable(head, connections, ({ src, dst, protocol, port, count, because }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(`${protocol}${port === null ? '' : ` ${port}`}`),
    String(count),
    becauseCell(because),
  ])
}

function unknownTable(changes: readonly UnknownChange[]): MarkdownTable {
  return markdownTable(['Source', 'Destination', 'Before', 'After', 'Reason'], changes, ({ src, dst, before, after, reason }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(connectionsText(before)),
    markdownText(connectionsText(after)),
    markdownCode(reason),
  ])
}

function becauseCell(because: ConnectivityChange['because']): string {
  const [was, is] = [reasonsAt(because, 'before', markdownCode), reasonsAt(because, 'after', markdownCode)]
  return [...(was === '' ? [] : [`before: ${was}`]), ...(is === '' ? [] : [`after: ${is}`])].join('<br>')
}
