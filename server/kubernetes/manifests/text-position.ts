/** Line and column of an offset, both counted from 1. */
export type TextPosition = { readonly line: number; readonly column: number }

/** Position of an offset in a text that itself starts in line `firstLine` of its file. */
export function positionAt(text: string, offset: number, firstLine = 1): TextPosition {
  let line = firstLine
  let lineStart = 0
  for (let newline = text.indexOf('\n'); newline >= 0 && newline < offset; newline = text.indexOf('\n', newline + 1)) {
    line++
    lineStart = newline + 1
  }
  return { line, column: offset - lineStart + 1 }
}
