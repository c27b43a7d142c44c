/** Istio's text patterns: exact, `abc*`, `*abc`, and `*` for any text that is not empty. */
export function matchesText(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== ''
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1))
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1))
  return text === pattern
}
