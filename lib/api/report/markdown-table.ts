/** A comment of a pull request holds 65,536 characters; two tables of this size leave room for the words around them. */
const MAX_TABLE_CHARACTERS = 28_000

/**
 * A table of cells that are Markdown already. Rows that no longer fit are counted in one line under it.
 * `count` is all of them.
 */
export function markdownTable(
  head: readonly string[],
  rows: Iterable<readonly string[]>,
): { readonly text: string; readonly count: number } {
  let text = `${markdownRow(head)}${markdownRow(head.map(() => '---'))}`
  let count = 0
  let hidden = 0
  for (const row of rows) {
    count++
    const line = markdownRow(row)
    if (hidden > 0 || text.length + line.length > MAX_TABLE_CHARACTERS) hidden++
    else text += line
  }
  if (hidden > 0) text += `\n_${hidden} more are not shown here; \`-o json\` lists all._\n`
  return { text, count }
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
