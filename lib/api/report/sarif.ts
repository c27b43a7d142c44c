import type { InputProblem } from '../../model/problem'
import { fingerprint } from './fingerprint'
import { plainLine } from './plain-line'

/**
 * SARIF 2.1.0, as code scanning reads it.
 * Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */

export type SarifLevel = 'error' | 'warning' | 'note'

/** One kind of result. */
export type SarifRule = {
  readonly id: string
  /** A few words in PascalCase. */
  readonly name: string
  readonly level: SarifLevel
  /** One sentence. */
  readonly summary: string
  /** Why it matters. */
  readonly description: string
  /** What to do. */
  readonly help: string
}

export type SarifPlace = { readonly file: string; readonly line: number; readonly column: number }

export type SarifResult = {
  readonly ruleId: string
  readonly level: SarifLevel
  readonly message: string
  /** null when it is about nothing that stands in a file. */
  readonly place: SarifPlace | null
  /** What makes it this result and no other, without line numbers, so that it stays the same when lines move. */
  readonly identity: string
}

export type SarifReport = {
  /** Version of this program. */
  readonly version: string
  readonly rules: readonly SarifRule[]
  readonly results: readonly SarifResult[]
  /** What could not be read, as notes about the run. */
  readonly problems: readonly InputProblem[]
  /** The path of a file as the repository knows it, with forward slashes. */
  readonly pathOf: (file: string) => string
}

export function sarifText(report: SarifReport): string {
  return `${JSON.stringify(sarifLog(report), null, 2)}\n`
}

function sarifLog({ version, rules, results, problems, pathOf }: SarifReport): object {
  const seen = new Map<string, number>()
  const places = new Map(rules.map((rule, index) => [rule.id, index]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sluice', semanticVersion: version, rules: rules.map(sarifRule) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: problems.every(({ severity }) => severity !== 'error'),
            toolExecutionNotifications: problems.map(({ file, line, column, severity, message }) => ({
              level: severity,
              message: { text: messageText(message) },
              locations: line === null ? [] : [sarifLocation({ file, line, column: column ?? 1 }, pathOf)],
            })),
          },
        ],
        results: results.map(({ ruleId, level, message, place, identity }) => {
          const hash = fingerprint(`${ruleId}\n${identity}`)
          const occurrence = (seen.get(hash) ?? 0) + 1
          seen.set(hash, occurrence)
          return {
            ruleId,
            ruleIndex: places.get(ruleId) ?? -1,
            level,
            message: { text: messageText(message) },
            locations: place === null ? [] : [sarifLocation(place, pathOf)],
            partialFingerprints: { primaryLocationLineHash: `${hash}:${occurrence}`, 'sluice/v1': `${hash}:${occurrence}` },
          }
        }),
      },
    ],
  }
}

function sarifRule({ id, name, level, summary, description, help }: SarifRule): object {
  return {
    id,
    name,
    shortDescription: { text: messageText(summary) },
    fullDescription: { text: messageText(description) },
    help: { text: messageText(help), markdown: messageText(help) },
    defaultConfiguration: { level },
    properties: { tags: ['network-policy'] },
  }
}

function sarifLocation({ file, line, column }: SarifPlace, pathOf: SarifReport['pathOf']): object {
  const path = pathOf(file).split('/').map(encodeURIComponent).join('/')
  const uri = path.startsWith('/') ? `file://${path}` : path
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine: line, startColumn: column } } }
}

/** Text in which nothing is a placeholder (`{0}`) or a link (`[text](target)`). */
function messageText(text: string): string {
  return plainLine(text).replaceAll('{', '{{').replaceAll('}', '}}').replaceAll('](', '\\](')
}
