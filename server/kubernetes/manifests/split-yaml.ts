/** One document of a YAML stream, as text. */
export type YamlChunk = {
  readonly text: string
  /** Line of the stream in which the text starts, counted from 1. */
  readonly line: number
}

/**
 * Takes a YAML stream apart at its document markers, before anything is parsed, so that one broken document cannot
 * swallow the next. `---` and `...` at the start of a line are markers everywhere, even inside block and quoted
 * scalars (YAML 1.2, `c-forbidden`). Directives stay with the document that they precede.
 */
export function splitYaml(text: string): readonly YamlChunk[] {
  const chunks: YamlChunk[] = []
  let start = 0
  let line = 1
  const cut = (end: number, next: number): void => {
    const chunk = text.slice(start, end)
    // A part of a string keeps the whole of it in memory: the file, for as long as one value of one document is used.
    if (chunk.trim() !== '') chunks.push({ text: structuredClone(chunk), line })
    line += countNewlines(text, start, next)
    start = next
  }
  for (let at = nextMarker(text, 0); at >= 0; at = nextMarker(text, at + 3)) {
    if (text.startsWith('...', at)) {
      const lineEnd = text.indexOf('\n', at)
      cut(at, lineEnd < 0 ? text.length : lineEnd + 1)
    } else if (!isOnlyDirectives(text.slice(start, at))) {
      cut(at, at)
    }
  }
  cut(text.length, text.length)
  return chunks
}

/** Start of the next line that is a marker; -1 when there is none. */
function nextMarker(text: string, from: number): number {
  for (let at = from; at < text.length; ) {
    if (
      (at === 0 || text[at - 1] === '\n') &&
      (text.startsWith('---', at) || text.startsWith('...', at)) &&
      /^[ \t\r\n]?$/.test(text.charAt(at + 3))
    ) {
      return at
    }
    const newline = text.indexOf('\n', at)
    if (newline < 0) return -1
    at = newline + 1
  }
  return -1
}

function isOnlyDirectives(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  return lines.length > 0 && lines.every((line) => line.startsWith('%'))
}

export function countNewlines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}
