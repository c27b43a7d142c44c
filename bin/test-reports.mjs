// @ts-check
import { readLines } from './last-lines.mjs'

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} problems a line for each test that failed, or passed only when it was tried again
 */

/** @typedef {{ readonly exitCode: number, readonly output: string }} Run a program that has ended, and what it printed */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { name: string, message?: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }[] }} report what Vitest's JSON reporter wrote
 * @param {Run} run a file that cannot be loaded fails it without a failed test, and an error outside of tests, which only its output tells
 * @returns {Counts}
 */
export function readVitestReport(report, { exitCode, output }) {
  const problems = report.testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    const hasEnded = assertionResults.every(({ status }) => status !== 'pending')
    if (failed.length === 0 && !hasEnded) return [`${name}: its process ended before its tests`]
    if (failed.length === 0) return message ? [`${name}: ${summarize(message)}`] : []
    return failed.map(({ fullName, failureMessages }) => `${name}: ${fullName}: ${summarize(failureMessages?.[0])}`)
  })
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, exitCode === 0 ? 0 : 1),
    skipped: report.numPendingTests + report.numTodoTests,
    problems: [...problems, ...unhandledErrors(output)],
  }
}

/** What Vitest adds to each error outside of tests. */
const ADVICE = /^(?:Vitest caught|This might cause|The latest test that|- The error was|- If the error) /

/**
 * What Vitest printed about errors outside of tests, without stacks and code.
 *
 * @param {string} output
 */
function unhandledErrors(output) {
  const lines = readLines(output)
  const start = lines.findIndex((line) => /^\s*Unhandled Errors\s*$/.test(line))
  if (start === -1) return []
  const end = lines.findIndex((line, index) => index > start && /^\s*Test Files /.test(line))
  return withoutPlaces(lines.slice(start + 1, end === -1 ? undefined : end)).filter((line) => !ADVICE.test(line))
}

/**
 * @typedef {{ title: string, file: string, line: number, tests: { status: string, results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite
 */

/**
 * @param {Suite & { stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors?: { message?: string }[] }} report what Playwright's JSON reporter wrote
 * @param {Pick<Run, 'exitCode'>} run
 * @returns {Counts}
 */
export function readPlaywrightReport(report, { exitCode }) {
  const { stats, errors = [] } = report
  const problems = [...specsOf(report)].flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ status, results }) => {
        const message = results.map((result) => result.error?.message).find((text) => text !== undefined)
        return `${file}:${line}: ${title}${status === 'flaky' ? ' (passed when tried again)' : ''}: ${summarize(message)}`
      }),
  )
  return {
    passed: stats.expected + stats.flaky,
    failed: Math.max(stats.unexpected, exitCode === 0 ? 0 : 1),
    skipped: stats.skipped,
    problems: [...problems, ...errors.map(({ message }) => summarize(message))],
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

/**
 * The beginning of a message in one line: what was expected where, or the seed and the example of a property.
 *
 * @param {string | undefined} message
 */
function summarize(message) {
  const lines = withoutPlaces(readLines(message ?? '')).slice(0, 4)
  return lines.length === 0 ? 'no message' : lines.map((line) => line.trim()).join(' · ')
}

/**
 * Leaves out stacks and code.
 *
 * @param {readonly string[]} lines
 */
function withoutPlaces(lines) {
  return lines.filter((line) => !/^\s*(?:❯|at |>? *\d*\s*\|)/.test(line))
}
