import type { Document } from 'yaml'
import { visit } from 'yaml'

/**
 * Indents the lines of a quoted scalar that the parser gave up on because they start too far left. The specification
 * asks for the indentation; PyYAML and kubectl's parser do not, so such files exist. Leading blanks inside a quoted
 * scalar mean nothing, and no line is added, so that values and line numbers stay the same.
 *
 * null when the errors of the document have another cause.
 */
export function indentQuoted(text: string, document: Document): string | null {
  const unclosed = document.errors.find((error) => error.code === 'MISSING_CHAR' && error.message.includes('quote'))
  if (unclosed === undefined) return null
  const start = quotedScalarBefore(document, unclosed.pos[0])
  if (start === null) return null
  const end = closingQuote(text, start)
  if (end === null) return null
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const blanks = ' '.repeat(start - lineStart + 1)
  const indented = text.slice(start, end).replaceAll('\n', `\n${blanks}`)
  return indented === text.slice(start, end) ? null : text.slice(0, start) + indented + text.slice(end)
}

/** Offset of the last quoted scalar that starts before an offset. */
function quotedScalarBefore(document: Document, offset: number): number | null {
  let found: number | null = null
  visit(document, {
    Scalar(_key, node) {
      const isQuoted = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE'
      if (isQuoted && node.range && node.range[0] < offset && node.range[0] > (found ?? -1)) found = node.range[0]
    },
  })
  return found
}

/** Offset of the quote that closes the scalar starting at `start`, wherever its lines begin. */
function closingQuote(text: string, start: number): number | null {
  const quote = text.charAt(start)
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\' && quote === '"') at++
    else if (character === quote) {
      if (quote === '"' || text.charAt(at + 1) !== quote) return at
      at++
    }
  }
  return null
}
