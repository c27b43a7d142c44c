import { Lexer } from 'yaml'

/** Tokens of the lexer that stand for no text. */
const DOCUMENT_START = '\u0002'
const FLOW_ERROR = '\u0018'
const SCALAR_FOLLOWS = '\u001f'

/**
 * True when a document is nested deeper than a number of levels, found from its tokens alone.
 *
 * The parser recurses without a limit, and the end of the stack is not always an exception that can be caught, so
 * deep documents must not reach it. Levels are counted by brackets and by columns, which may give up to twice the
 * true depth; the exact limit is checked on the parsed document.
 */
export function isNestedDeeperThan(text: string, levels: number): boolean {
  /** Columns at which the open block collections started. */
  const columns: number[] = []
  let brackets = 0
  let column = 0
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    if (token === DOCUMENT_START || token === FLOW_ERROR) continue
    if (token === SCALAR_FOLLOWS) {
      isScalar = true
      continue
    }
    const first = isScalar ? '' : token.charAt(0)
    isScalar = false
    if (first === '[' || first === '{') brackets++
    else if (first === ']' || first === '}') brackets = Math.max(0, brackets - 1)
    if (brackets === 0 && first !== ' ' && first !== '\t' && first !== '\n' && first !== '\r' && first !== '#' && first !== ':') {
      while ((columns.at(-1) ?? -1) >= column) columns.pop()
      columns.push(column)
    }
    if (brackets + columns.length > 2 * levels + 2) return true
    const newline = token.lastIndexOf('\n')
    column = newline < 0 ? column + token.length : token.length - newline - 1
  }
  return false
}
