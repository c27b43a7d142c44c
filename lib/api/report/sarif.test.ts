import { expect, test } from 'vitest'
import { type SarifReport, type SarifResult, sarifText } from './sarif'

const rule = { id: 'NP-01', name: 'PolicySelectsNoPods', level: 'warning', summary: 'S.', description: 'D.', help: 'H.' } as const
const result = (line: number, identity = 'NetworkPolicy:shop/a\nspec.podSelector'): SarifResult => ({
  ruleId: 'NP-01',
  level: 'warning',
  message: 'No pod has these labels.',
  place: { file: 'deploy/a b.yaml', line, column: 3 },
  identity,
})
const log = (parts: Partial<SarifReport>) =>
  JSON.parse(sarifText({ version: '1.2.3', rules: [rule], results: [], problems: [], pathOf: (file) => file, ...parts }))
const prints = (results: readonly SarifResult[]) =>
  log({ results }).runs[0].results.map(({ partialFingerprints }: { partialFingerprints: Record<string, string> }) => partialFingerprints)

test('a run names its rules with help, and each result its place', () => {
  const { version, runs } = log({ results: [result(12)] })
  expect(version).toBe('2.1.0')
  expect(runs[0].tool.driver).toMatchObject({ name: 'Sluice', semanticVersion: '1.2.3' })
  expect(runs[0].tool.driver.rules[0]).toMatchObject({
    id: 'NP-01',
    shortDescription: { text: 'S.' },
    fullDescription: { text: 'D.' },
    help: { text: 'H.' },
    defaultConfiguration: { level: 'warning' },
  })
  expect(runs[0].results[0]).toMatchObject({
    ruleId: 'NP-01',
    ruleIndex: 0,
    locations: [{ physicalLocation: { artifactLocation: { uri: 'deploy/a%20b.yaml' }, region: { startLine: 12, startColumn: 3 } } }],
  })
})

test('fingerprints stay when lines move, and differ between results', () => {
  const before = prints([result(12), result(40, 'NetworkPolicy:shop/b')])
  expect(prints([result(13), result(90, 'NetworkPolicy:shop/b')])).toEqual(before)
  expect(before[0].primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:1$/)
  expect(before[1].primaryLocationLineHash).not.toBe(before[0].primaryLocationLineHash)
})

test('results that are alike are counted, so that each has a fingerprint of its own', () => {
  const [first, second] = prints([result(1), result(2)])
  expect(first.primaryLocationLineHash.split(':')[1]).toBe('1')
  expect(second.primaryLocationLineHash).toBe(`${first.primaryLocationLineHash.split(':')[0]}:2`)
})

test('what could not be read is told as a note about the run', () => {
  const { runs } = log({ problems: [{ file: 'x.yaml', line: 2, column: 1, severity: 'error', message: 'broken' }] })
  expect(runs[0].invocations[0]).toMatchObject({
    executionSuccessful: false,
    toolExecutionNotifications: [{ level: 'error', message: { text: 'broken' } }],
  })
})

test('a path outside the repository is an address of its own', () => {
  const { runs } = log({ results: [result(1)], pathOf: () => '/srv/a.yaml' })
  expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('file:///srv/a.yaml')
})
