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
  return nestingBound(text) > 2 * levels + 2 && isNestedDeeperByTokens(text, levels)
}

/**
 * More levels than the text can have: all its opening brackets, and the blanks and indicators of the line that has
 * most of them (each level of block collections starts further right). Cheap, and enough for nearly every document.
 */
function nestingBound(text: string): number {
  let brackets = 0
  let widest = 0
  let width = 0
  let isIndent = true
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x0a: // line feed
        if (width > widest) widest = width
        width = 0
        isIndent = true
        break
      case 0x20: // blank
        if (isIndent) width++
        break
      case 0x2d: // -
      case 0x3f: // ?
      case 0x3a: // :
        width++
        break
      case 0x5b: // [
      case 0x7b: // {
        brackets++
        isIndent = false
        break
      default:
        isIndent = false
    }
  }
  return brackets + Math.max(width, widest)
}

function isNestedDeeperByTokens(text: string, levels: number): boolean {
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
