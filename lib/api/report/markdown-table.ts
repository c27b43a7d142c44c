/** A comment of a pull request holds 65,536 characters; this leaves room for a line of one's own. */
export const MAX_COMMENT_CHARACTERS = 65_000

/** A table of cells that are Markdown already. */
export type MarkdownTable = {
  readonly head: string
  /** The first rows, no fewer than a comment could hold. */
  readonly lines: readonly string[]
  /** All rows. */
  readonly count: number
}

export function markdownTable<Row>(head: readonly string[], rows: Iterable<Row>, cells: (row: Row) => readonly string[]): MarkdownTable {
  const lines: string[] = []
  let [count, left] = [0, MAX_COMMENT_CHARACTERS]
  for (const row of rows) {
    count++
    if (left < 0) continue
    const line = markdownRow(cells(row))
    left -= line.length
    lines.push(line)
  }
  return { head: `${markdownRow(head)}${markdownRow(head.map(() => '---'))}`, lines, count }
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

/** Characters of the whole table, more than a comment holds where it has rows that were not kept. */
export function tableLength({ head, lines }: MarkdownTable): number {
  return lines.reduce((sum, line) => sum + line.length, head.length)
}

/** The table in `limit` characters. Rows that do not fit are counted in one line under it. */
export function tableText(table: MarkdownTable, limit: number): string {
  const { head, lines, count } = table
  if (tableLength(table) <= limit) return `${head}${lines.join('')}`
  const room = limit - hiddenRows(count).length
  let [text, shown] = [head, 0]
  for (const line of lines) {
    if (text.length + line.length > room) break
    text += line
    shown++
  }
  return `${text}${hiddenRows(count - shown)}`
}

function hiddenRows(count: number): string {
  return `\n_${count} more are not shown here; \`-o json\` lists all._\n`
}
