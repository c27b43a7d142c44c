/** Labels of one stream; a stream has a dozen. */
const MAX_LABELS = 64

/** Reads `{app="web", pod="web-1"}`, as Loki's protobuf has it; what cannot be read ends it. */
export function readLokiLabels(text: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  let at = text.indexOf('{') + 1
  while (at > 0 && at < text.length && labels.size < MAX_LABELS) {
    const equals = text.indexOf('="', at)
    if (equals === -1) break
    const name = text.slice(at, equals).trim()
    const end = endOfQuoted(text, equals + 2)
    if (end === -1 || name === '') break
    labels.set(name, unquoted(text.slice(equals + 2, end)))
    const comma = text.indexOf(',', end)
    if (comma === -1) break
    at = comma + 1
  }
  return labels
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

function unquoted(text: string): string {
  return text.includes('\\') ? text.replaceAll('\\"', '"').replaceAll('\\n', '\n').replaceAll('\\\\', '\\') : text
}
