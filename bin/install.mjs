// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireDiskSpace } from './disk-space.mjs'
import { explainFailure } from './explain-failure.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'

/** Installs the packages when they are missing, half there, or not those of package-lock.json. Ends the process when it cannot. */
export async function install() {
  if (isInstalled()) return
  const started = Date.now()
  try {
    requireDiskSpace('the install', 700)
    process.stdout.write('Installing packages (about half a minute, only when package-lock.json changed) ...\n')
    const npm = process.env.npm_execpath
    const [program, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
    const { exitCode, output } = await runCommand(
      program,
      [...args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        folder: PACKAGE_FOLDER,
        output: 'capture',
      },
    )
    if (exitCode !== 0) {
      if (/ENOSPC/.test(output)) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      process.stderr.write(output)
      throw new Error('the packages could not be installed; npm says why above')
    }
  } catch (error) {
    process.stderr.write(`sluice: ${explainFailure(error)}\n`)
    process.exit(1)
  }
  process.stdout.write(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`)
}

/** npm writes its hidden lock file last, so an interrupted install leaves none, or one of older packages. */
function isInstalled() {
  const hiddenLock = join(PACKAGE_FOLDER, 'node_modules', '.package-lock.json')
  if (!existsSync(hiddenLock)) return false
  const wanted = readPackages(join(PACKAGE_FOLDER, 'package-lock.json'))
  const present = readPackages(hiddenLock)
  if (wanted === null || present === null) return false
  for (const [path, { version, optional }] of wanted) {
    if (path === '') continue
    const found = present.get(path)
    if (found === undefined ? !optional : found.version !== version) return false
  }
  return [...present.keys()].every((path) => wanted.has(path))
}

/**
 * @param {string} path
 * @returns {Map<string, { version: string, optional?: boolean }> | null}
 */
function readPackages(path) {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages))
  } catch {
    return null
  }
}
