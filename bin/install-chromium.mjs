// @ts-check
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'

/** Path of a Chromium for the browser tests, installed from Debian's packages when there is none. */
export async function installChromium() {
  const present = findChromium()
  if (present !== null) return present

  const apt = findProgram(['apt-get'])
  const sudo = process.getuid?.() === 0 ? '' : findProgram(['sudo'])
  if (apt === null || sudo === null) {
    throw new Error(
      'Chromium is missing and cannot be installed here: that needs apt-get and root.\n' +
        'Install it yourself, or name one with SLUICE_CHROMIUM=/path/to/chromium.',
    )
  }
  process.stdout.write("Chromium is missing: installing Debian's package with apt-get ...\n")
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const command = [...(sudo === '' ? [] : [sudo, '-n']), apt, '-q', ...args]
    const { exitCode, output } = await runCommand(command[0] ?? apt, command.slice(1), {
      folder: PACKAGE_FOLDER,
      environment: { DEBIAN_FRONTEND: 'noninteractive' },
      output: 'capture',
    })
    if (exitCode !== 0) throw new Error(`${output}Chromium could not be installed: "${command.join(' ')}" failed.`)
  }
  const installed = findChromium()
  if (installed === null) throw new Error('Debian has installed its package chromium, but no program of that name is there.')
  return installed
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
