// @ts-check
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from './build-app.mjs'
import { buildCli } from './build-cli.mjs'
import { buildControlPlane } from './build-control-plane.mjs'
import { buildFlowServers } from './build-flow-servers.mjs'
import { installChromium } from './install-chromium.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'
import { failed, PASSED, runSteps } from './run-steps.mjs'
import { readPlaywrightReport, readVitestReport } from './test-reports.mjs'

/** @typedef {import('./test-reports.mjs').Counts} Counts */

/** @type {Counts} */
const SKIPPED = { passed: 0, failed: 0, skipped: 1, problems: [] }

/** What e2e/control-plane ends with where it cannot make a network namespace. */
const CANNOT_ISOLATE = 77

/**
 * The steps in their order. A check that fails counts as one failure; a test run counts its tests.
 *
 * @type {ReadonlyMap<string, { title: string, run: (reportFolder: string) => Promise<Counts> }>}
 */
const STEPS = new Map([
  ['lint', { title: 'Format and lint (Biome)', run: () => check('@biomejs/biome/bin/biome', ['check', '--error-on-warnings']) }],
  ['types', { title: 'Types (TypeScript)', run: checkTypes }],
  ['arrows', { title: 'Arrows between folders, circles of imports', run: () => check('../bin/check-arrows.mjs', []) }],
  ['dead', { title: 'Dead code (knip)', run: () => check('knip/bin/knip.js', []) }],
  ['unit', { title: 'Unit, property and integration tests (Vitest)', run: runVitest }],
  ['build', { title: 'Build', run: build }],
  ['browser', { title: 'Browser tests (Playwright)', run: runPlaywright }],
  ['flows', { title: 'Against real flow servers (Vitest)', run: runFlows }],
  ['cluster', { title: 'Against a real control plane (Vitest)', run: runCluster }],
])

/**
 * Runs every step, or the named ones, prints what failed and one line with the sum, and ends the process. What failed is
 * also added to the file that SLUICE_TEST_PROBLEMS names.
 *
 * @param {readonly string[]} names
 */
export async function runTests(names) {
  const unknown = names.find((name) => !STEPS.has(name))
  if (unknown !== undefined) {
    process.stderr.write(`"${unknown}" is not a step; there are: ${[...STEPS.keys()].join(', ')}\n`)
    process.exit(2)
  }
  const reportFolder = mkdtempSync(join(tmpdir(), 'sluice-test-'))
  process.on('exit', () => rmSync(reportFolder, { recursive: true, force: true }))
  const chosen = [...STEPS].filter(([name]) => names.length === 0 || names.includes(name))
  const { sum, failedSteps, problems } = await runSteps(
    chosen.map(([name, { title, run }]) => ({ name, title, run: () => run(reportFolder) })),
  )
  if (problems.length > 0) {
    const text = `${problems.join('\n')}\n`
    process.stdout.write(`\n${text}`)
    if (process.env.SLUICE_TEST_PROBLEMS) appendFileSync(process.env.SLUICE_TEST_PROBLEMS, text)
  }
  if (failedSteps.length > 0) process.stdout.write(`\nFailed: ${failedSteps.join(', ')}. Run one step with "npm test -- NAME".\n`)
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}\n`)
  process.exit(sum.failed > 0 ? 1 : 0)
}

/**
 * Runs a JavaScript program of an installed package.
 *
 * @param {string} script from node_modules
 * @param {readonly string[]} args
 * @param {Record<string, string>} [environment]
 */
function runScript(script, args, environment = {}) {
  return runCommand(process.execPath, [join(PACKAGE_FOLDER, 'node_modules', script), ...args], {
    folder: PACKAGE_FOLDER,
    environment: { NEXT_TELEMETRY_DISABLED: '1', ...environment },
  })
}

/**
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {Promise<Counts>}
 */
async function check(script, args) {
  const { exitCode, output } = await runScript(script, args)
  return exitCode === 0 ? PASSED : failed(output)
}

/** Next writes the types of its routes first, which a fresh clone does not have. */
async function checkTypes() {
  const generated = await check('next/dist/bin/next', ['typegen'])
  return generated.failed > 0 ? generated : check('typescript/bin/tsc', ['--noEmit'])
}

async function build() {
  await buildCli()
  await buildApp()
  return PASSED
}

/**
 * @param {string} reportFolder
 * @returns {Promise<Counts>}
 */
async function runVitest(reportFolder) {
  const report = join(reportFolder, 'vitest.json')
  const run = await runScript('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
  return readReport(report, run, readVitestReport)
}

/**
 * @param {string} reportFolder
 * @returns {Promise<Counts>}
 */
async function runPlaywright(reportFolder) {
  const chromium = await installChromium()
  await build()
  const report = join(reportFolder, 'playwright.json')
  const run = await runScript('playwright/cli.js', ['test'], {
    SLUICE_CHROMIUM: chromium,
    SLUICE_E2E_PORT: String(await freePort()),
    SLUICE_E2E_REPORT: report,
  })
  return readReport(report, run, readPlaywrightReport)
}

/**
 * The API server, controllers and etcd of a cluster, the product and the browser, all in a network namespace without a
 * way out.
 *
 * @param {string} reportFolder
 * @returns {Promise<Counts>}
 */
async function runCluster(reportFolder) {
  const built = await buildControlPlane()
  if ('missing' in built) return skip(`it needs ${built.missing}`)
  const controlPlane = built.program
  const { exitCode: probe } = await runCommand(controlPlane, ['isolate', 'true'], { folder: PACKAGE_FOLDER })
  if (probe === CANNOT_ISOLATE) return skip('it needs a network namespace')
  const chromium = await installChromium()
  await build()
  const report = join(reportFolder, 'cluster.json')
  const vitest = [join(PACKAGE_FOLDER, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'e2e/cluster/vitest.config.ts']
  const run = await runCommand(
    controlPlane,
    ['isolate', process.execPath, ...vitest, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { folder: PACKAGE_FOLDER, environment: { SLUICE_CONTROL_PLANE: controlPlane, SLUICE_CHROMIUM: chromium } },
  )
  return readReport(report, run, readVitestReport)
}

/**
 * The real relay and observer server of Hubble, and our source.
 *
 * @param {string} reportFolder
 * @returns {Promise<Counts>}
 */
async function runFlows(reportFolder) {
  if (process.env.SLUICE_FLOW_SERVERS === 'later') return skip('it runs by itself later')
  const built = await buildFlowServers()
  if ('missing' in built) return skip(`it needs ${built.missing}`)
  const report = join(reportFolder, 'flows.json')
  const options = ['--config', 'e2e/flow-servers/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const run = await runScript('vitest/vitest.mjs', ['run', ...options], { SLUICE_FLOW_SERVERS: built.program })
  return readReport(report, run, readVitestReport)
}

/**
 * What a run's report says; the end of its output where there is none, or where it has failed for a reason that no report tells.
 *
 * @template Report
 * @param {string} path
 * @param {{ exitCode: number, output: string }} run
 * @param {(report: Report, run: { exitCode: number, output: string }) => Counts} read
 * @returns {Counts}
 */
function readReport(path, run, read) {
  if (!existsSync(path)) return failed(`${run.output}\nended with ${run.exitCode} and wrote no report`)
  const counts = read(JSON.parse(readFileSync(path, 'utf8')), run)
  if (counts.failed === 0 || counts.problems.length > 0) return counts
  return { ...counts, problems: failed(`${run.output}\nended with ${run.exitCode}, though no test failed`).problems }
}

/** @param {string} reason */
function skip(reason) {
  process.stdout.write(`Skipped: ${reason}.\n`)
  return SKIPPED
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
