/** One top-level value of a text, found without parsing it. */
export type JsonValueSpan = {
  readonly start: number
  readonly end: number
  /** Levels of objects and arrays. */
  readonly depth: number
  /** Where the elements of a top-level `items` array start; null when there is none. */
  readonly items: readonly number[] | null
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * Finds the objects that stand one after the other in a text (one, or many as `kubectl get -o json` and log tools
 * write them). Only brackets and strings are looked at, in one pass. null when the text is no such sequence.
 */
export function scanJson(text: string): readonly JsonValueSpan[] | null {
  const spans: JsonValueSpan[] = []
  let at = 0
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at++
    if (at >= text.length) return spans.length > 0 ? spans : null
    const first = text.charCodeAt(at)
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return null
    const span = scanValue(text, at)
    if (span === null) return null
    spans.push(span)
    at = span.end
  }
}

function scanValue(text: string, start: number): JsonValueSpan | null {
  let depth = 0
  let deepest = 0
  let items: number[] | null = null
  /** True between the key `items` of the outer object and the end of its array. */
  let inItems = false
  let expectsElement = false
  let lastString = ''
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isBlank(code)) continue
    if (expectsElement && code !== CLOSE_BRACKET) {
      items?.push(at)
      expectsElement = false
    }
    if (code === QUOTE) {
      const end = stringEnd(text, at)
      if (end < 0) return null
      if (depth === 1) lastString = text.slice(at + 1, end)
      at = end
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++
      if (depth > deepest) deepest = depth
      if (inItems && depth === 2) {
        if (code === OPEN_BRACKET) {
          items = []
          expectsElement = true
        } else {
          inItems = false
        }
      }
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--
      expectsElement = false
      if (depth === 1) inItems = false
      if (depth === 0) return { start, end: at + 1, depth: deepest, items }
    } else if (code === COLON && depth === 1) {
      inItems = lastString === 'items'
    } else if (code === COMMA && inItems && depth === 2) {
      expectsElement = true
    }
  }
  return null
}

/** Offset of the quote that ends the string starting at `start`; -1 when there is none. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote
  }
  return -1
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
