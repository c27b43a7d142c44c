import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { formatProblem, type InputProblem, type Result } from '@/lib/model/problem'
import { OPTIONS } from './options'
import type { ConfigFile, FileOption } from './resolve-config'

const MAX_BYTES = 1 << 20

/**
 * Reads a configuration file: a YAML mapping from option names (as the flags, without `--`) to a text or a list of
 * texts. Keys it does not know are warnings, so that one file can serve several versions.
 */
export function readConfigFile(path: string): Result<{ file: ConfigFile; warnings: readonly string[] }, readonly string[]> {
  const text = readText(path)
  if (!text.ok) return { ok: false, error: [at(path, null, text.error)] }

  const lines = new LineCounter()
  const document = parseDocument(text.value, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  if (document.errors.length > 0) {
    return { ok: false, error: document.errors.map((error) => at(path, lines.linePos(error.pos[0]), error.message)) }
  }

  const options = new Map<string, FileOption>()
  const warnings: string[] = []
  const file = { folder: dirname(resolve(path)), options }
  if (document.contents === null) return { ok: true, value: { file, warnings } }
  if (!isMap(document.contents)) return { ok: false, error: [at(path, { line: 1, col: 1 }, 'is not a mapping of option names')] }

  for (const { key, value } of document.contents.items) {
    if (!isScalar(key) || !key.range) continue
    const name = String(key.value)
    const place = lines.linePos(key.range[0])
    if (!OPTIONS.some((option) => option.name === name)) {
      warnings.push(at(path, place, `"${name}" is not an option and is ignored`))
      continue
    }
    const values = readValues(value)
    if (values === null) return { ok: false, error: [at(path, place, `${name}: must be a text or a list of texts`)] }
    options.set(name, { values, file: path, line: place.line, column: place.col })
  }
  return { ok: true, value: { file, warnings } }
}

function readText(path: string): Result<string, string> {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > MAX_BYTES) return { ok: false, error: `is larger than ${MAX_BYTES} bytes` }
    return { ok: true, value: bytes.toString('utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const reasons = new Map([
      ['ENOENT', 'no such file'],
      ['EACCES', 'no right to read it'],
      ['EISDIR', 'is a folder, not a file'],
    ])
    return { ok: false, error: `cannot be read: ${reasons.get(code) ?? code}` }
  }
}

function readValues(node: unknown): readonly string[] | null {
  if (isSeq(node)) {
    const values = node.items.map(readScalar)
    return values.every((value) => value !== null) ? values : null
  }
  const value = readScalar(node)
  return value === null ? null : [value]
}

function readScalar(node: unknown): string | null {
  return isScalar(node) && (typeof node.value === 'string' || typeof node.value === 'number') ? String(node.source ?? node.value) : null
}

function at(file: string, place: { line: number; col: number } | null, message: string): string {
  const problem: InputProblem = { file, line: place?.line ?? null, column: place?.col ?? null, severity: 'error', message }
  return formatProblem(problem)
}
