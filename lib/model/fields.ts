import type { FieldPath } from './field-locator'
import type { Labels } from './labels'
import { NO_LABELS } from './labels'
import type { InputProblem } from './problem'
import type { SourceDocument } from './source-document'

/** Where the readers say what they could not read. */
export type ProblemSink = (problem: InputProblem) => void

/**
 * A cursor over one object of an unchecked document.
 *
 * Every accessor gives a value of the wanted type or null (an empty list, an empty map), and reports a value of
 * another type with its field path. A missing field and an explicit `null` are the same, as in the Kubernetes API.
 */
export class Fields {
  constructor(
    private readonly raw: Readonly<Record<string, unknown>>,
    private readonly document: SourceDocument,
    private readonly sink: ProblemSink,
    private readonly parent: Fields | null = null,
    private readonly step: readonly (string | number)[] = [],
  ) {}

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** The value as it stands, without a check. */
  get(key: string): unknown {
    const value = Object.hasOwn(this.raw, key) ? this.raw[key] : undefined
    return value === null ? undefined : value
  }

  keys(): readonly string[] {
    return Object.keys(this.raw)
  }

  string(key: string): string | null {
    const value = this.get(key)
    if (value === undefined) return null
    if (typeof value === 'string') return value
    this.mismatch(key, 'a string', value)
    return null
  }

  /** A string, also when it was written as a bare number; for names that people leave unquoted. */
  text(key: string): string | null {
    const value = this.get(key)
    return typeof value === 'number' ? String(value) : this.string(key)
  }

  boolean(key: string): boolean | null {
    const value = this.get(key)
    if (value === undefined) return null
    if (typeof value === 'boolean') return value
    this.mismatch(key, 'true or false', value)
    return null
  }

  integer(key: string, min: number, max: number): number | null {
    const value = this.get(key)
    if (value === undefined) return null
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    this.mismatch(key, `a whole number from ${min} to ${max}`, value)
    return null
  }

  port(key: string): number | null {
    return this.integer(key, 1, 65_535)
  }

  /** A port number or the name of a port. */
  portOrName(key: string): number | string | null {
    const value = this.get(key)
    return typeof value === 'string' ? value : this.port(key)
  }

  oneOf<const Value extends string>(key: string, allowed: readonly Value[], fallback: Value): Value {
    const value = this.string(key)
    if (value === null || value === '') return fallback
    const known = allowed.find((candidate) => candidate === value)
    if (known !== undefined) return known
    this.problem(key, `"${shorten(value)}" is not one of ${allowed.join(', ')}; read as ${fallback}`)
    return fallback
  }

  /** The object under a key; without any field when it is missing. */
  object(key: string): Fields {
    const value = this.get(key)
    if (value !== undefined && !isRecord(value)) this.mismatch(key, 'an object', value)
    return new Fields(isRecord(value) ? value : {}, this.document, this.sink, this, [key])
  }

  /** The objects of a list; elements that are no objects are reported and left out. */
  list(key: string): readonly Fields[] {
    const found: Fields[] = []
    this.array(key).forEach((element, index) => {
      if (isRecord(element)) found.push(new Fields(element, this.document, this.sink, this, [key, index]))
      else this.report([key, index], 'error', `expected an object, found ${describe(element)}`)
    })
    return found
  }

  strings(key: string): readonly string[] {
    const found: string[] = []
    this.array(key).forEach((element, index) => {
      if (typeof element === 'string') found.push(element)
      else this.report([key, index], 'error', `expected a string, found ${describe(element)}`)
    })
    return found
  }

  /** A map of strings. Values of another type are reported and left out, because the API server refuses them. */
  labels(key: string): Labels {
    const value = this.get(key)
    if (value === undefined) return NO_LABELS
    if (!isRecord(value)) {
      this.mismatch(key, 'a map of strings', value)
      return NO_LABELS
    }
    const labels = new Map<string, string>()
    for (const name of Object.keys(value)) {
      const text = value[name]
      if (typeof text === 'string') labels.set(name, text)
      else if (text === null) labels.set(name, '')
      else this.report([key, name], 'error', `expected a string, found ${describe(text)}; put it in quotes`)
    }
    return labels
  }

  problem(key: string, message: string): void {
    this.report([key], 'error', message)
  }

  /** At a place further down: `problemAt(['except', 0], ...)`. */
  problemAt(below: FieldPath, message: string): void {
    this.report(below, 'error', message)
  }

  warning(key: string, message: string): void {
    this.report([key], 'warning', message)
  }

  private array(key: string): readonly unknown[] {
    const value = this.get(key)
    if (value === undefined) return []
    if (Array.isArray(value)) return value
    this.mismatch(key, 'a list', value)
    return []
  }

  private mismatch(key: string, wanted: string, value: unknown): void {
    this.report([key], 'error', `expected ${wanted}, found ${describe(value)}`)
  }

  private report(below: FieldPath, severity: InputProblem['severity'], message: string): void {
    const path = [...this.path(), ...below]
    this.sink(documentProblem(this.document, path, severity, `${formatPath(path)}: ${message}`))
  }

  private path(): FieldPath {
    return this.parent === null ? this.step : [...this.parent.path(), ...this.step]
  }
}

/** A problem at a field of a document, or at the document when the field's place is not known. */
export function documentProblem(
  document: SourceDocument,
  path: FieldPath,
  severity: InputProblem['severity'],
  message: string,
): InputProblem {
  const place = document.locate?.(path) ?? document.origin
  return { file: document.origin?.file ?? 'live', line: place?.line ?? null, column: place?.column ?? null, severity, message }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `spec.ports[0].name`; keys with dots or brackets of their own are quoted: `metadata.labels["a.b/c"]`. */
export function formatPath(path: FieldPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(shorten(step))}]`
  }
  return text
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `"${shorten(value)}"`
  return `the ${typeof value} ${String(value)}`
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
