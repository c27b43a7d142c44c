import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LINE_FORMAT_IDS } from '@/lib/api/line-format-ids'
import { SOURCE_PROOFS, type SourceProof } from '@/lib/flows/source-about'
import { decodeLine } from '../decode-line'
import { LINE_FORMATS } from './line-formats'
import { SAMPLE_LINES } from './testing/sample-lines'

const PAGES = ['flows.md', 'network-logs.md', 'proxy-logs.md']

/** Rows of the tables of formats: the name, and what it was tried on. */
function documented(): readonly (readonly [string, string])[] {
  return PAGES.flatMap((page) => {
    const lines = readFileSync(join(import.meta.dirname, '../../../docs', page), 'utf8').split('\n')
    const start = lines.findIndex((line) => line.startsWith('| Name | Lines | Tried on |'))
    const rest = lines.slice(start + 2)
    const end = rest.findIndex((line) => !line.startsWith('|'))
    return rest.slice(0, end).map((line) => {
      const [, name = '', , triedOn = ''] = line.split('|').map((cell) => cell.trim())
      return [name.replaceAll('`', ''), triedOn] as const
    })
  })
}

/** A real program stands there with its version. */
function proofOf(triedOn: string): SourceProof | null {
  if (triedOn === 'recordings') return 'recorded'
  if (triedOn === 'its description') return 'specification'
  return /^\S+ \d+(\.\d+)+$/.test(triedOn) ? 'real-server' : null
}

test('how far the reading of each format is proved is one of three, and the documentation says the same', () => {
  const rows = documented()
  expect(rows.map(([name]) => name).sort()).toEqual([...LINE_FORMAT_IDS].sort())
  for (const { id, proof } of LINE_FORMATS) {
    expect(SOURCE_PROOFS).toContain(proof)
    expect([id, proofOf(rows.find(([name]) => name === id)?.[1] ?? '')]).toEqual([id, proof])
  }
})

test('each format has a title of its own, and its flows name it', () => {
  expect(new Set(LINE_FORMATS.map(({ title }) => title)).size).toBe(LINE_FORMATS.length)
  for (const [id, lines] of SAMPLE_LINES) {
    const format = LINE_FORMATS.find((each) => each.id === id)
    for (const line of lines) expect(decodeLine(line, id, 0).readAs?.title).toBe(format?.title)
  }
})
