/**
 * A test for text with `*` standing for any characters: `cart-*`, `*.example.com`. Takes time linear in the text for
 * each part of the pattern; nothing else in the pattern is special.
 */
export function textPattern(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*')
  const head = parts[0] ?? ''
  if (parts.length === 1) return (text) => text === head
  const tail = parts[parts.length - 1] ?? ''
  const middle = parts.slice(1, -1).filter((part) => part !== '')
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false
    const end = text.length - tail.length
    let at = head.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}
