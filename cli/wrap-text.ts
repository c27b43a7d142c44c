/** Terminals are at least so wide. */
const WIDTH = 80

/**
 * Text as lines that fit a terminal, each behind `indent` spaces and with an end. Breaks behind `mark`; a piece that is wider than
 * a line keeps its length.
 */
export function wrapText(text: string, indent: number, mark: ' ' | '|' = ' '): string {
  const lines: string[] = []
  let line = ''
  for (const piece of text.split(mark)) {
    const longer = line === '' ? piece : `${line}${mark}${piece}`
    if (line === '' || longer.length + indent < WIDTH) {
      line = longer
      continue
    }
    lines.push(mark === ' ' ? line : `${line}${mark}`)
    line = piece
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}\n`).join('')
}
