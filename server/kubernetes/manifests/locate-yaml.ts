import type { Document, Pair } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { FieldPath } from '@/lib/model/field-locator'

/** Offset of a field: of its key in a map, of the element in a list; of the nearest parent that exists otherwise. */
export function locateInYaml(document: Document, path: FieldPath): number | null {
  let node: unknown = document.contents
  let offset = offsetOf(node)
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(step))
      if (pair === undefined) break
      offset = offsetOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      if (node === undefined) break
      offset = offsetOf(node) ?? offset
    } else {
      break
    }
  }
  return offset
}

/** Equal keys are found while converting; nothing is printed. */
export const PARSE_OPTIONS = { uniqueKeys: false, logLevel: 'silent', prettyErrors: false } as const

/** Parses without converting, for positions only. */
export function parseForPositions(text: string): Document {
  return parseDocument(text, PARSE_OPTIONS)
}

function offsetOf(node: unknown): number | null {
  const range = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range : []
  return typeof range[0] === 'number' ? range[0] : null
}
