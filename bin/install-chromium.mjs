// @ts-check
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'

/**
 * Path of a Chromium for the browser tests, installed from Debian's packages when there is none; null when that is not
 * possible, after saying why.
 */
export async function installChromium() {
  const present = findChromium()
  if (present !== null) return present

  const apt = findProgram(['apt-get'])
  const sudo = process.getuid?.() === 0 ? '' : findProgram(['sudo'])
  if (apt === null || sudo === null) {
    process.stdout.write('Chromium is missing and cannot be installed here: that needs apt-get and root.\n')
    process.stdout.write('Install it yourself, or name one with SLUICE_CHROMIUM=/path/to/chromium.\n')
    return null
  }
  process.stdout.write("Chromium is missing: installing Debian's package with apt-get ...\n")
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const command = [...(sudo === '' ? [] : [sudo, '-n']), apt, '-q', ...args]
    const { exitCode, output } = await runCommand(command[0] ?? apt, command.slice(1), {
      folder: PACKAGE_FOLDER,
      environment: { DEBIAN_FRONTEND: 'noninteractive' },
      output: 'capture',
    })
    if (exitCode === 0) continue
    process.stdout.write(`${output}Chromium could not be installed: "${command.join(' ')}" failed.\n`)
    return null
  }
  return findChromium()
}

function findChromium() {
  const named = process.env.SLUICE_CHROMIUM
  return named !== undefined && named !== '' ? named : findProgram(['chromium', 'chromium-browser', 'google-chrome'])
}

/** @param {readonly string[]} names */
function findProgram(names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not there: the next one.
    }
  }
  return null
}
