/** Longest line that is looked through. */
const MAX_PAIRS = 128

/**
 * The pairs of `key=value key="quoted value" …`, as kernels and Felix write them; words without `=` are keys with an empty value.
 * The first of two equal keys counts.
 */
export function readPairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  let at = 0
  while (at < text.length && pairs.size < MAX_PAIRS) {
    while (text.charCodeAt(at) === SPACE) at++
    const end = endOfWord(text, at)
    const equals = text.indexOf('=', at)
    if (equals === -1 || equals >= end) add(pairs, text.slice(at, end), '')
    else if (text.charCodeAt(equals + 1) === QUOTE) {
      const close = text.indexOf('"', equals + 2)
      const stop = close === -1 ? text.length : close
      add(pairs, text.slice(at, equals), text.slice(equals + 2, stop))
      at = stop + 1
      continue
    } else add(pairs, text.slice(at, equals), text.slice(equals + 1, end))
    at = end + 1
  }
  return pairs
}

function endOfWord(text: string, from: number): number {
  const end = text.indexOf(' ', from)
  return end === -1 ? text.length : end
}

function add(pairs: Map<string, string>, key: string, value: string): void {
  if (key !== '' && !pairs.has(key)) pairs.set(key, value)
}

const SPACE = 32
const QUOTE = 34
