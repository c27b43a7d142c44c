import { MAX_COMMENT_CHARACTERS, type MarkdownTable, tableLength, tableText } from './markdown-table'

/**
 * Words and tables one after the other, in the size of a comment. The tables share what the words leave: what a short
 * one does not need goes to the longer ones.
 */
export function markdownComment(parts: readonly (string | MarkdownTable)[]): Iterable<string> {
  const tables = parts.filter((part) => typeof part !== 'string')
  const words = parts.filter((part) => typeof part === 'string').join('')
  const limits = shareOut(MAX_COMMENT_CHARACTERS - words.length, tables)
  return parts.map((part) => (typeof part === 'string' ? part : tableText(part, limits.get(part) ?? 0)))
}

function shareOut(characters: number, tables: readonly MarkdownTable[]): ReadonlyMap<MarkdownTable, number> {
  const shortestFirst = tables.map((table) => ({ table, length: tableLength(table) })).sort((a, b) => a.length - b.length)
  const limits = new Map<MarkdownTable, number>()
  let left = characters
  for (const [index, { table, length }] of shortestFirst.entries()) {
    const limit = Math.min(length, Math.floor(left / (tables.length - index)))
    limits.set(table, limit)
    left -= limit
  }
  return limits
}
