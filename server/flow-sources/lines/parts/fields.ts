/** One field of a line, without its quotes or brackets. */
export type Field = { readonly kind: 'bare' | 'quoted' | 'bracketed'; readonly text: string }

/** How a program writes a quote inside of quotes: not at all, or with a backslash before it. */
export type Quoting = 'raw' | 'backslash'

/** No line that we read has more. */
const MAX_FIELDS = 64

/**
 * Splits a line at its spaces, `"…"` and `[…]` being one field each. A quoted field ends at a quote before a space or the end
 * of the line, so a raw quote within is kept. `[ADDRESS]:PORT` is one bare field. Null when a quote or bracket is never closed or there are too many fields.
 */
export function splitFields(line: string, start: number, quoting: Quoting): readonly Field[] | null {
  const fields: Field[] = []
  let at = start
  while (at < line.length) {
    const first = line[at]
    if (first === ' ') {
      at++
      continue
    }
    if (fields.length === MAX_FIELDS) return null
    const kind = first === '"' ? 'quoted' : first === '[' && !isAddressWithPort(line, at) ? 'bracketed' : 'bare'
    const end = kind === 'bare' ? endOfBare(line, at) : endOf(line, at + 1, kind === 'quoted' ? '"' : ']', quoting)
    if (end === -1) return null
    fields.push({ kind, text: line.slice(kind === 'bare' ? at : at + 1, end) })
    at = kind === 'bare' ? end : end + 1
  }
  return fields
}

/** `[2001:db8::1]:80`: the brackets are part of it. */
function isAddressWithPort(line: string, start: number): boolean {
  const close = line.indexOf(']:', start)
  return close !== -1 && close < endOfBare(line, start)
}

function endOfBare(line: string, start: number): number {
  const space = line.indexOf(' ', start)
  return space === -1 ? line.length : space
}

function endOf(line: string, start: number, mark: string, quoting: Quoting): number {
  for (let at = start; at < line.length; at++) {
    if (line[at] === '\\' && quoting === 'backslash') at++
    else if (line[at] === mark && (at + 1 === line.length || line[at + 1] === ' ')) return at
  }
  return -1
}

/** The text of a field; null where programs write that there is none. */
export function statedOf(text: string | undefined): string | null {
  return text === undefined || text === '' || text === '-' ? null : text
}

/** A whole number from 0 up; null for anything else. */
export function numberOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.length === 0 || text.length > 15) return null
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return null
  }
  return Number(text)
}

/** A number from 0 up that may have a fraction; null for anything else. */
export function decimalOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.length === 0 || text.length > 24) return null
  let dots = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 46) dots++
    else if (code < 48 || code > 57) return null
  }
  return dots > 1 || dots === text.length ? null : Number(text)
}
