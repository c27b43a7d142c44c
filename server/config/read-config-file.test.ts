import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfigFile } from './read-config-file'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(yaml: string) {
  const path = join(folder, 'sluice.yaml')
  writeFileSync(path, yaml)
  const result = readConfigFile(path)
  return result.ok
    ? { ...result.value, errors: [] }
    : { file: null, warnings: [], errors: result.error.map((line) => line.replace(path, 'F')) }
}

test('texts and lists of texts are read with their place', () => {
  const { file } = read('# ours\nlisten: 127.0.0.1:8080\nflows:\n  - ingest\n  - file:flows.jsonl\n')
  expect(file?.folder).toBe(folder)
  expect(file?.options.get('listen')).toMatchObject({ values: ['127.0.0.1:8080'], line: 2, column: 1 })
  expect(file?.options.get('flows')).toMatchObject({ values: ['ingest', 'file:flows.jsonl'], line: 3 })
})

test('a key that is no option is a warning with its place', () => {
  const { file, warnings } = read('listen: 127.0.0.1:1\ncolour: red\n__proto__: x\n')
  expect(file?.options.size).toBe(1)
  expect(warnings).toHaveLength(2)
  expect(warnings[0]).toMatch(/sluice\.yaml:2:1: "colour" is not an option and is ignored$/)
})

test('an empty file is an empty configuration', () => {
  expect(read('').file?.options.size).toBe(0)
})

test.each([
  ['listen: [127.0.0.1:1\n', /^F:2:1: /],
  ['- a\n', /^F:1:1: is not a mapping/],
  ['listen: {host: x}\n', /^F:1:1: listen: must be a text or a list of texts/],
  ['a: 1\na: 2\n', /^F:2:1: Map keys must be unique/],
])('%j is refused with its place', (yaml, message) => {
  expect(read(yaml).errors[0]).toMatch(message)
})

test('a file that is not there is said so', () => {
  const result = readConfigFile(join(folder, 'absent.yaml'))
  expect(result).toEqual({ ok: false, error: [`${join(folder, 'absent.yaml')}: cannot be read: no such file`] })
})
