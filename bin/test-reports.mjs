// @ts-check
import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} problems a line for each test that failed, or passed only when it was tried again
 */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { name: string, message?: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }[] }} report what Vitest's JSON reporter wrote
 * @param {number} exitCode of the run; a file that cannot be loaded fails the run without a failed test
 * @returns {Counts}
 */
export function readVitestReport(report, exitCode) {
  const problems = report.testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return message ? [`${name}: ${firstLine(message)}`] : []
    return failed.map(({ fullName, failureMessages }) => `${name}: ${fullName}: ${firstLine(failureMessages?.[0])}`)
  })
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, exitCode === 0 ? 0 : 1),
    skipped: report.numPendingTests + report.numTodoTests,
    problems,
  }
}

/**
 * @typedef {{ title: string, file: string, line: number, tests: { status: string, results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite
 */

/**
 * @param {Suite & { stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors?: { message?: string }[] }} report what Playwright's JSON reporter wrote
 * @param {number} exitCode of the run
 * @returns {Counts}
 */
export function readPlaywrightReport(report, exitCode) {
  const { stats, errors = [] } = report
  const problems = [...specsOf(report)].flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ status, results }) => {
        const message = results.map((result) => result.error?.message).find((text) => text !== undefined)
        return `${file}:${line}: ${title}${status === 'flaky' ? ' (passed when tried again)' : ''}: ${firstLine(message)}`
      }),
  )
  return {
    passed: stats.expected + stats.flaky,
    failed: Math.max(stats.unexpected, exitCode === 0 ? 0 : 1),
    skipped: stats.skipped,
    problems: [...problems, ...errors.map(({ message }) => firstLine(message))],
  }
}

/**
 * @param {Suite} suite
 * @returns {Generator<Spec>}
 */
function* specsOf(suite) {
  yield* suite.specs ?? []
  for (const inner of suite.suites ?? []) yield* specsOf(inner)
}

/** @param {string | undefined} message */
function firstLine(message) {
  return (
    stripVTControlCharacters(message ?? 'no message')
      .trim()
      .split('\n', 1)[0] ?? ''
  )
}
