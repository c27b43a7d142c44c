import { isRecord } from '../model/fields'
import { isEqual } from '../model/is-equal'
import type { FieldChange } from './cluster-change'

/** Fields that one change shows. */
export const MAX_FIELDS = 12
const MAX_TEXT = 160
const MAX_DEPTH = 12

/**
 * The fields in which two values differ, by path, with both values as text. A list of another length is shown as a whole;
 * `skip` names top keys that say nothing.
 */
export function fieldChanges(
  before: unknown,
  after: unknown,
  skip: ReadonlySet<string>,
): { readonly fields: readonly FieldChange[]; readonly moreFields: number } {
  const found: FieldChange[] = []
  let more = 0
  const add = (path: string, old: unknown, now: unknown): void => {
    if (found.length >= MAX_FIELDS) more++
    else found.push({ path, before: written(old), after: written(now) })
  }
  const compare = (old: unknown, now: unknown, path: string, depth: number): void => {
    if (isEqual(old, now)) return
    if (Array.isArray(old) && Array.isArray(now) && old.length === now.length && depth <= MAX_DEPTH) {
      for (const [index, element] of now.entries()) compare(old[index], element, `${path}[${index}]`, depth + 1)
      return
    }
    const [oldFields, nowFields] = [fieldsOf(old), fieldsOf(now)]
    if (oldFields === null || nowFields === null || depth > MAX_DEPTH) {
      add(path, old, now)
      return
    }
    for (const key of new Set([...oldFields.keys(), ...nowFields.keys()])) {
      if (depth > 0 || !skip.has(key)) compare(oldFields.get(key), nowFields.get(key), joined(path, key), depth + 1)
    }
  }
  compare(before, after, '', 0)
  return { fields: found, moreFields: more }
}

/** Named parts of a value; null for one that is shown as a whole. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [String(key), part]))
  if (value instanceof Set || !isRecord(value)) return null
  return new Map(Object.entries(value))
}

function joined(path: string, key: string): string {
  const step = /^[A-Za-z_][\w-]*$/.test(key) ? key : `["${key}"]`
  if (path === '') return step
  return step.startsWith('[') ? `${path}${step}` : `${path}.${step}`
}

/** null for what is not there. */
function written(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = typeof value === 'string' ? value : (JSON.stringify(value, plain) ?? '')
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}

/** Without what is not there. */
function plain(_key: string, value: unknown): unknown {
  if (value === null) return undefined
  if (value instanceof Map) return Object.fromEntries(value)
  return value instanceof Set ? [...value] : value
}
