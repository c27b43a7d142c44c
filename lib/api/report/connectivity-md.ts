import { basisLines } from './basis'
import { connectionsText } from './connections-text'
import type { ConnectivityReport } from './connectivity-report'
import { markdownComment } from './markdown-comment'
import { markdownTable } from './markdown-table'
import { markdownCode, markdownText } from './markdown-text'

/** The connectivity as GitHub reads it: a sentence, a table, and details to unfold. */
export function connectivityMarkdown({ level, basis, ends, connections, unknown, isCut }: ConnectivityReport): Iterable<string> {
  const allowed = markdownTable(['Source', 'Destination', 'Allowed'], connections, ({ src, dst, conns }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(connectionsText(conns)),
  ])
  const untold = markdownTable(['Source', 'Destination', 'Connections', 'Reason'], unknown, ({ src, dst, conns, reason }) => [
    markdownCode(src),
    markdownCode(dst),
    markdownText(connectionsText(conns)),
    markdownCode(reason),
  ])
  const subject = ends.length === 1 ? `1 ${level}` : `${ends.length} ${level}s`
  const cut = isCut() ? ' The list is not complete: its limit was reached.' : ''
  const lines = basisLines(basis).map((line) => `- ${markdownText(line)}\n`)
  return markdownComment([
    `**${allowed.count} ${allowed.count === 1 ? 'pair' : 'pairs'}** of ${subject} and the outside may connect.${cut}\n`,
    ...(allowed.count > 0 ? ['\n', allowed] : []),
    ...(untold.count > 0
      ? [`\n<details><summary>${untold.count} of which the policies cannot tell</summary>\n\n`, untold, '\n</details>\n']
      : []),
    `\n<details><summary>How this was evaluated</summary>\n\n${lines.join('')}\n</details>\n`,
  ])
}
