import type { Document } from 'yaml'
import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml'
import type { FieldLocator, FieldPath } from '@/lib/model/field-locator'
import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import { indentQuoted } from './indent-quoted'
import type { ManifestLimits } from './limits'
import { locateInYaml, PARSE_OPTIONS, parseForPositions } from './locate-yaml'
import { plainYaml } from './plain-yaml'
import type { YamlChunk } from './split-yaml'
import type { TextPosition } from './text-position'
import { isNestedDeeperThan } from './yaml-nesting'

/** Syntax errors listed per document: the first ones tell, the rest usually follow from them. */
const MAX_SYNTAX_ERRORS = 3

/** Quoted scalars that may be indented before a document counts as broken. */
const MAX_REPAIRS = 20

const HELM_HINT = 'this looks like a Helm template that has not been rendered; give the output of "helm template" instead'

/** One document, or nothing but problems. A document of comments only gives neither. */
export type ParsedChunk = { readonly document: SourceDocument | null; readonly problems: readonly InputProblem[] }

export function parseYamlChunk(chunk: YamlChunk, file: string, limits: ManifestLimits): ParsedChunk {
  if (!isNestedDeeperThan(chunk.text, limits.depth)) return readParsed(parse(chunk), file, limits)
  const message = `nested deeper than ${limits.depth} levels`
  return { document: null, problems: [{ file, line: chunk.line, column: 1, severity: 'error', message }] }
}

type Parse = { readonly chunk: YamlChunk; readonly parsed: Document; readonly lines: LineCounter }

function parse(chunk: YamlChunk): Parse {
  let current = chunk
  for (let repairs = 0; ; repairs++) {
    const lines = new LineCounter()
    const parsed = parseDocument(current.text, { ...PARSE_OPTIONS, lineCounter: lines })
    const repaired = parsed.errors.length > 0 && repairs < MAX_REPAIRS ? indentQuoted(current.text, parsed) : null
    if (repaired === null) return { chunk: current, parsed, lines }
    current = { text: repaired, line: chunk.line }
  }
}

function readParsed({ chunk, parsed, lines }: Parse, file: string, limits: ManifestLimits): ParsedChunk {
  const problemAt = (offset: number, severity: InputProblem['severity'], message: string): InputProblem => {
    // What is missing at the end is missed behind the last character, not in the next document.
    const { line, col } = lines.linePos(Math.min(offset, chunk.text.trimEnd().length))
    return { file, line: Math.max(line, 1) + chunk.line - 1, column: Math.max(col, 1), severity, message }
  }

  if (parsed.errors.length > 0) {
    const helm = helmTemplateAt(chunk.text)
    if (helm !== null) return { document: null, problems: [problemAt(helm, 'error', HELM_HINT)] }
    const problems = parsed.errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => problemAt(error.pos[0], 'error', firstLine(error.message)))
    return { document: null, problems }
  }

  const plain = plainYaml(parsed, limits)
  const problems = plain.findings.map(({ offset, severity, message }) => {
    // `name: {{ .Values.name }}` is a map whose key is a map.
    const isTemplate = severity === 'error' && chunk.text.startsWith('{{', offset - 1)
    return problemAt(offset, severity, isTemplate ? HELM_HINT : message)
  })
  if (plain.body === undefined || plain.body === null) return { document: null, problems }
  const positionOf = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset)
    return { line: line + chunk.line - 1, column: col }
  }
  const origin = { file, ...positionOf(parsed.contents?.range?.[0] ?? 0) }
  return { document: { body: plain.body, origin, locate: locatorOf(parsed, chunk.text, positionOf) }, problems }
}

/**
 * Finds fields by parsing the text once more when somebody asks, which is only when there is a problem; keeping every
 * parsed document would cost many times its text. The items of a list are asked for always, so they are noted now.
 */
function locatorOf(parsed: Document, text: string, positionOf: (offset: number) => TextPosition): FieldLocator {
  const items = itemPositions(parsed, positionOf)
  let again = new WeakRef(parsed)
  const locate = (path: FieldPath): TextPosition | null => {
    const [first, second] = path
    const item = path.length === 2 && first === 'items' && typeof second === 'number' ? items[second] : undefined
    if (item !== undefined) return item
    let document = again.deref()
    if (document === undefined) {
      document = parseForPositions(text)
      again = new WeakRef(document)
    }
    const offset = locateInYaml(document, path)
    return offset === null ? null : positionOf(offset)
  }
  // An alias may stand for what another item of the list says.
  return Object.assign(locate, { textOf: () => text })
}

function itemPositions(parsed: Document, positionOf: (offset: number) => TextPosition): readonly (TextPosition | null)[] {
  const items = isMap(parsed.contents) ? parsed.contents.get('items') : null
  if (!isSeq(items)) return []
  return items.items.map((item) => (isNode(item) && item.range ? positionOf(item.range[0]) : null))
}

/** Offset of a template action that makes the text no YAML; null when there is none. */
function helmTemplateAt(text: string): number | null {
  const action =
    /(?:^[ \t]*|[:-][ \t]+)(\{\{-?\s*(?:\.|\$|\/\*|(?:if|else|end|range|with|define|include|template|toYaml|default|quote|tpl|block)\b))/m.exec(
      text,
    )
  return action === null ? null : action.index + action[0].length - (action[1]?.length ?? 0)
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}
