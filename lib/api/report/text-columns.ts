import { plainLine } from './plain-line'

/** A column is never padded beyond this; longer cells push the rest of their line to the right. */
const MAX_WIDTH = 60

/** Cells under each other, two spaces apart, without space at the end of a line. */
export function textColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((widest, row) => {
    row.forEach((cell, column) => {
      widest[column] = Math.max(widest[column] ?? 0, Math.min(cell.length, MAX_WIDTH))
    })
    return widest
  }, [])
  return rows.map((row) => `${textLine(row, widths)}\n`).join('')
}

/** One such line, for widths that are known before the rows are. */
export function textLine(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => plainLine(cell).padEnd(Math.min(widths[column] ?? 0, MAX_WIDTH)))
    .join('  ')
    .trimEnd()
}
