import type { FieldLocator, FieldPath } from '@/lib/model/field-locator'
import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import type { ManifestLimits } from './limits'
import { locateInYaml, parseForPositions } from './locate-yaml'
import type { JsonValueSpan } from './scan-json'
import { scanJson } from './scan-json'
import type { TextPosition } from './text-position'
import { positionAt } from './text-position'

/** Text that the slow parser reads once more, to say where it is wrong or where a field is. */
const MAX_LOCATED_BYTES = 1024 * 1024

/**
 * Reads objects with the fast JSON parser. null when the text is not JSON after all and short enough for YAML, which
 * reads more and says better where it is wrong.
 */
export function parseJson(
  text: string,
  file: string,
  limits: ManifestLimits,
): { readonly documents: readonly SourceDocument[]; readonly problems: readonly InputProblem[] } | null {
  const spans = scanJson(text)
  if (spans === null) return null
  const documents: SourceDocument[] = []
  const problems: InputProblem[] = []
  const positionOf = forwardPositions(text)
  for (const span of spans) {
    const start = positionOf(span.start)
    if (span.depth > limits.depth) {
      problems.push({ file, ...start, severity: 'error', message: `nested deeper than ${limits.depth} levels` })
      continue
    }
    let body: unknown
    try {
      body = JSON.parse(text.slice(span.start, span.end))
    } catch (error) {
      if (text.length <= MAX_LOCATED_BYTES) return null
      problems.push({ file, ...positionAt(text, span.start + brokenAt(error)), severity: 'error', message: 'this is not valid JSON' })
      continue
    }
    const items = span.items?.map(positionOf) ?? []
    documents.push({ body, origin: { file, ...start }, locate: locatorOf(text, span, start, items) })
  }
  return { documents, problems }
}

/** Offset that the JSON parser names in its message; 0 when it names none. The rest of the message quotes the text. */
function brokenAt(error: unknown): number {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message) : null
  return position === null ? 0 : Number(position[1])
}

function locatorOf(text: string, span: JsonValueSpan, start: TextPosition, items: readonly TextPosition[]): FieldLocator {
  const offsets = span.items ?? []
  const partOf = ([first, second]: FieldPath): { readonly slice: string; readonly at: TextPosition; readonly depth: number } => {
    const item = first === 'items' && typeof second === 'number' ? items[second] : undefined
    if (item === undefined || typeof second !== 'number') return { slice: text.slice(span.start, span.end), at: start, depth: 0 }
    return { slice: text.slice(offsets[second] ?? span.start, offsets[second + 1] ?? span.end), at: item, depth: 2 }
  }
  const locate = (path: FieldPath): TextPosition => {
    const { slice, at, depth } = partOf(path)
    return depth > 0 && path.length === depth ? at : within(slice, path.slice(depth), at)
  }
  // Who finds a part unchanged keeps the locator of before, and with it the whole text.
  return text.length > MAX_LOCATED_BYTES ? locate : Object.assign(locate, { textOf: (path: FieldPath) => partOf(path).slice })
}

/** JSON is YAML, so the same search serves; what follows the value (a comma, the end of the list) is cut off first. */
function within(slice: string, path: FieldPath, at: TextPosition): TextPosition {
  if (slice.length > MAX_LOCATED_BYTES) return at
  const offset = locateInYaml(parseForPositions(slice), path)
  if (offset === null) return at
  const inner = positionAt(slice, offset, at.line)
  return inner.line === at.line ? { line: inner.line, column: inner.column + at.column - 1 } : inner
}

/** Positions of offsets that only grow, counted on from the last one. */
function forwardPositions(text: string): (offset: number) => TextPosition {
  let line = 1
  let lineStart = 0
  let newline = text.indexOf('\n')
  return (offset) => {
    while (newline >= 0 && newline < offset) {
      line++
      lineStart = newline + 1
      newline = text.indexOf('\n', lineStart)
    }
    return { line, column: offset - lineStart + 1 }
  }
}
