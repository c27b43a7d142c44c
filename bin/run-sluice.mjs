// @ts-check
import { pathToFileURL } from 'node:url'
import { buildApp } from './build-app.mjs'
import { buildCli, CLI_BUNDLE } from './build-cli.mjs'
import { explainFailure } from './explain-failure.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'

/**
 * Builds what is stale and runs a command of the command line, then ends the process with its exit code.
 *
 * @param {readonly string[]} args
 */
export async function runSluice(args) {
  try {
    await buildCli()
    if (args[0] === 'serve' && !args.includes('--help')) await buildApp()
    const { main } = await import(pathToFileURL(CLI_BUNDLE).href)
    const exitCode = await main(args, {
      stdout: (/** @type {string} */ text) => process.stdout.write(text),
      stderr: (/** @type {string} */ text) => process.stderr.write(text),
      environment: process.env,
      folder: process.cwd(),
      packageFolder: PACKAGE_FOLDER,
    })
    await end(exitCode)
  } catch (error) {
    process.stderr.write(`sluice: ${explainFailure(error)}\n`)
    process.exit(1)
  }
}

/**
 * Ends the process once a slow reader has taken what was written.
 *
 * @param {number} exitCode
 */
async function end(exitCode) {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))))
  process.exit(exitCode)
}
