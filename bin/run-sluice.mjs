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
      stdout: (/** @type {string | Uint8Array} */ chunk) => process.stdout.write(chunk),
      stderr: (/** @type {string} */ text) => process.stderr.write(text),
      drained,
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
 * Waits until the reader of standard output has taken most of what was written. False when nobody reads any more.
 *
 * @returns {Promise<boolean>}
 */
function drained() {
  const { stdout } = process
  if (stdout.destroyed || stdout.errored !== null) return Promise.resolve(false)
  if (!stdout.writableNeedDrain) return Promise.resolve(true)
  return new Promise((resolve) => {
    /** @type {(isRead: boolean) => void} */
    const settle = (isRead) => {
      stdout.off('drain', onDrain).off('close', onEnd).off('error', onEnd)
      resolve(isRead)
    }
    const onDrain = () => settle(true)
    const onEnd = () => settle(false)
    stdout.on('drain', onDrain).on('close', onEnd).on('error', onEnd)
  })
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
