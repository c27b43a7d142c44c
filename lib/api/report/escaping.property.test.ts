import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connectivityDot } from './connectivity-dot'
import { connectivityJson } from './connectivity-json'
import { connectivityMarkdown } from './connectivity-md'
import { connectivityMermaid } from './connectivity-mermaid'
import type { ConnectivityReport } from './connectivity-report'
import { connectivityText } from './connectivity-text'
import { csvLine } from './csv-line'
import { dotString } from './dot-text'
import { markdownCode, markdownText } from './markdown-text'
import { mermaidString } from './mermaid-text'
import { plainLine } from './plain-line'
import { sarifText } from './sarif'
import { textColumns } from './text-columns'

/** Names as nobody should choose them, and as anybody may send them. */
const HOSTILE = [
  '|', '`', '``', '"', "'", '\\', '\\|', '\n', '\r\n', '\t', '=1+1', '+1', '-1', '@SUM(A1)', '<img src=x onerror=alert(1)>',
  '</code>', '[x](javascript:alert(1))', '![x](http://a)', '*b*', '_i_', '~~s~~', '# h', '- l', '1. n', '@octocat', '#12', 'www.a.com',
  'https://a.com', ':smile:', '&lt;', '&#124;', '$(x)', '\u001b[31m', '\u0000', '\u202e', '\u2028', '{0}', '%', ';', '-->', '"]', 'é', '😀',
  'shop/web[Deployment]', ' ',
] // biome-ignore format: a table
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 6 })), { maxLength: 6 })
  .map((parts) => parts.join(''))

const RUNS = { numRuns: 2_000 }

describe('names are data in every format', () => {
  test('a CSV reader gets every cell back, and no cell begins like a formula', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (cells) => {
        const read = readCsv(csvLine(cells))
        expect(read).toHaveLength(1)
        const got = read[0] ?? []
        expect(got).toHaveLength(cells.length)
        got.forEach((cell, index) => {
          expect(/^[=+\-@\t\r\n]/.test(cell)).toBe(false)
          expect([cells[index], `'${cells[index]}`]).toContain(cell)
        })
      }),
      RUNS,
    )
  })

  test('Markdown code holds its name: one line, no cell border, no tag but its own', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const code = markdownCode(name)
        expect(code).not.toMatch(/[\n\r|]/)
        const inner = code.startsWith('`') ? code.slice(1, -1) : code.slice('<code>'.length, -'</code>'.length)
        expect(inner).not.toMatch(/[`<>\\*"]/)
        if (!code.startsWith('`')) expect(decodeEntities(inner)).toBe(name.replace(/\p{Cc}|[\u2028\u2029]/gu, ' '))
      }),
      RUNS,
    )
  })

  test('Markdown words are words: nothing formats, links, mentions or ends a cell', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = markdownText(text)
        expect(written).not.toMatch(/[\n\r|`<>\\*_~@[\]]/)
        expect(written).not.toMatch(/https?:\/\/|www\.|(^|[^&])#/i)
        expect(decodeEntities(written)).toBe(text.replace(/\p{Cc}|[\u2028\u2029]/gu, ' '))
      }),
      RUNS,
    )
  })

  test('a DOT string ends where it ends', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const quoted = dotString(name)
        expect(quoted).toMatch(/^"(?:[^"\\]|\\["\\])*"$/u)
        expect(quoted).not.toMatch(/[\n\r]/)
      }),
      RUNS,
    )
  })

  test('a Mermaid label holds plain characters and entity codes only', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const quoted = mermaidString(name)
        expect(quoted).toMatch(/^"(?:[\w ./:-]|#\d+;)+"$/)
        if (name !== '') {
          const decoded = quoted.slice(1, -1).replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
          expect(decoded).toBe(name)
        }
      }),
      RUNS,
    )
  })

  test('a line for a terminal moves no cursor and turns no direction', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), (cells) => {
        expect(plainLine(cells.join(''))).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        expect(textColumns([cells, cells]).split('\n')).toHaveLength(3)
      }),
      RUNS,
    )
  })

  test('SARIF messages hold no links and no placeholders, and paths are one address each', () => {
    fc.assert(
      fc.property(hostile, hostile, (message, file) => {
        const log = JSON.parse(
          sarifText({
            version: '1.0.0',
            rules: [],
            results: [{ ruleId: 'r', level: 'note', message, place: { file: `a/${file}`, line: 1, column: 1 }, identity: message }],
            problems: [],
            pathOf: (path) => path,
          }),
        )
        const [result] = log.runs[0].results
        expect(result.message.text).not.toMatch(/(^|[^\\])\]\(/)
        expect(result.message.text.replaceAll('{{', '').replaceAll('}}', '')).not.toMatch(/[{}]/)
        expect(result.locations[0].physicalLocation.artifactLocation.uri).toMatch(/^[\w\-.!~*'()%/]+$/)
      }),
      RUNS,
    )
  })
})

test('hostile names change no structure of a report: as many lines as with plain names', () => {
  const lines = (render: (report: ConnectivityReport) => Iterable<string>, names: readonly [string, string, string]): number => {
    const [first, second, outside] = names
    const report: ConnectivityReport = {
      level: 'workload',
      basis: {
        profile: 'kubernetes',
        evidence: first,
        assumptions: {},
        enforcer: { plugin: null, enforces: 'unknown', reason: second, evidence: second },
        notEvaluated: [{ policy: first as never, because: 'staged' }],
      },
      ends: [`a/${first}`, `a/${second}`],
      connections: [
        { src: `a/${first}`, dst: `a/${second}`, conns: 'all' },
        { src: `ip:${outside}`, dst: `a/${second}`, conns: 'all' },
      ],
      unknown: [{ src: `a/${second}`, dst: `a/${first}`, conns: 'all', reason: 'fqdn-rule' }],
      isCut: () => false,
    }
    return [...render(report)].join('').split(/\r\n|[\n\r]/).length
  }
  const renderers = [connectivityText, connectivityMarkdown, connectivityDot, connectivityMermaid, connectivityJson]
  fc.assert(
    fc.property(fc.tuple(hostile, hostile, hostile), (names) => {
      for (const render of renderers) expect(lines(render, names)).toBe(lines(render, ['x', 'y', 'z']))
    }),
    { numRuns: 500 },
  )
})

/** A reader of RFC 4180, for the tests only. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text.charAt(index + 1) === '"') cell += text.charAt(++index)
      else isQuoted = false
    } else if (character === '"' && cell === '') isQuoted = true
    else if (character === ',') {
      row.push(cell)
      cell = ''
    } else if (character === '\r' && text.charAt(index + 1) === '\n') {
      rows.push([...row, cell])
      row = []
      cell = ''
      index++
    } else cell += character
  }
  return rows
}

function decodeEntities(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}
