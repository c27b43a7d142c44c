// @ts-check
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requireDiskSpace } from './disk-space.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'
import { isFresh, saveStamp, takeStamp } from './stamp.mjs'

const INPUTS = [
  'app',
  'bin/build-app.mjs',
  'components',
  'instrumentation-client.ts',
  'instrumentation.ts',
  'lib',
  'next.config.ts',
  'package-lock.json',
  'public',
  'server',
  'tsconfig.json',
]
/** Next empties its folder before a build, so the stamp is there only after one that went through. */
const STAMP = join(PACKAGE_FOLDER, '.next', 'sluice.stamp.json')

/** Stands for the base path in the build; `server/http/materialise-build.ts` puts the real one in its place. */
const BASE_PATH_PLACEHOLDER = '/__sluice_base__'

/** Builds the pages when their sources changed. */
export async function buildApp() {
  if (isFresh(STAMP, INPUTS)) return
  const next = join(PACKAGE_FOLDER, 'node_modules', 'next', 'dist', 'bin', 'next')
  if (!existsSync(next)) throw new Error('packages are missing; run "npm ci"')

  requireDiskSpace('the build', 150)
  process.stdout.write('Building the pages (about half a minute, only when sources changed) ...\n')
  const started = Date.now()
  const stamp = takeStamp(INPUTS)
  const { exitCode, output } = await runCommand(process.execPath, [next, 'build'], {
    folder: PACKAGE_FOLDER,
    environment: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', SLUICE_NEXT_BASE_PATH: BASE_PATH_PLACEHOLDER },
    output: 'capture',
  })
  if (exitCode !== 0) {
    if (/ENOSPC|No space left on device/.test(output)) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    throw new Error(`the pages could not be built:\n${output}`)
  }
  saveStamp(STAMP, stamp)
  process.stdout.write(`Built in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`)
}
