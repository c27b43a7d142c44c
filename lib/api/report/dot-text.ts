/** A quoted string of the DOT language. */
export function dotString(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return `"${escaped.replace(/\p{Cc}|[\u2028\u2029]/gu, ' ')}"`
}
