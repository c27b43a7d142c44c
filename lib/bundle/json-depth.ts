const QUOTE = 34
const BACKSLASH = 92

/** True when maps and lists of a JSON text stand inside each other more than `limit` deep. Looks at each character once. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) index = endOfString(text, index)
    // `[` is 91 and `{` 123, and each end is two above its start.
    else if (code === 91 || code === 123) {
      if (++depth > limit) return true
    } else if (code === 93 || code === 125) depth--
  }
  return false
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; ; index++) {
    const code = text.charCodeAt(index)
    if (code === BACKSLASH) index++
    else if (code === QUOTE || Number.isNaN(code)) return index
  }
}
