import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { DETECTORS } from './detectors'

const text = readFileSync(fileURLToPath(new URL('../../docs/findings.md', import.meta.url)), 'utf8')

test('docs/findings.md has a row and a section for each detector, in its words', () => {
  for (const { id, severity, title, why, fix } of DETECTORS.values()) {
    const row = `| [${id}](#${id.toLowerCase()}) | ${severity === 'info' ? 'information' : severity} | ${title} | ${why} | ${fix} |`
    expect(text).toContain(row)
    expect(text).toContain(`\n## ${id}\n\n**${title}.**\n`)
  }
  expect(text.match(/^## /gm)).toHaveLength(DETECTORS.size)
})
