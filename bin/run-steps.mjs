// @ts-check
import { explainFailure } from './explain-failure.mjs'
import { lastLines } from './last-lines.mjs'
import { shareLines } from './share-lines.mjs'

/** @typedef {import('./test-reports.mjs').Counts} Counts */
/** @typedef {{ name: string, title: string, run: () => Promise<Counts> }} Step */

/** A step is known by its end where no report names what failed. */
const LINES_OF_STEP = 20
/** So many lines of all steps stand at the end of the output, where somebody sees them who sees only that. */
const LINES_OF_RUN = 18

/** @type {Counts} */
export const PASSED = { passed: 0, failed: 0, skipped: 0, problems: [] }

/**
 * A step that failed as a whole.
 *
 * @param {string} output what it printed
 * @returns {Counts}
 */
export function failed(output) {
  return { passed: 0, failed: 1, skipped: 0, problems: lastLines(output, LINES_OF_STEP) }
}

/**
 * Runs one step after the other and says what came of it. Every step that failed leaves lines that begin with its name:
 * what its report names, or the end of what it printed.
 *
 * @param {Iterable<Step>} steps
 * @returns {Promise<{ sum: Omit<Counts, 'problems'>, failedSteps: readonly string[], problems: readonly string[] }>}
 */
export async function runSteps(steps) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  /** @type {string[][]} */
  const problems = []
  const failedSteps = []
  for (const { name, title, run } of steps) {
    process.stdout.write(`\n== ${title}\n`)
    const started = performance.now()
    const counts = await run().catch((error) => {
      const reason = explainFailure(error)
      process.stdout.write(`${reason}\n`)
      return failed(reason)
    })
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) sum[key] += counts[key]
    const lines = counts.failed > 0 && counts.problems.length === 0 ? ['failed without a word'] : counts.problems
    problems.push(lines.map((line) => `${name}: ${line}`))
    if (counts.failed > 0) failedSteps.push(name)
    process.stdout.write(`-- ${counts.failed > 0 ? 'FAILED' : 'ok'} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  }
  return { sum, failedSteps, problems: shareLines(problems, LINES_OF_RUN) }
}
