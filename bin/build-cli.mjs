// @ts-check
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { requireDiskSpace } from './disk-space.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { isFresh, saveStamp, takeStamp } from './stamp.mjs'

const INPUTS = ['bin/build-cli.mjs', 'cli', 'lib', 'server', 'package-lock.json', 'tsconfig.json']
const STAMP = join(PACKAGE_FOLDER, 'dist', 'cli.stamp.json')

/** The command line as one file that Node runs. */
export const CLI_BUNDLE = join(PACKAGE_FOLDER, 'dist', 'cli.mjs')

/** Bundles the command line when its sources changed; without the bundler (a trimmed install) the bundle is taken as it is. */
export async function buildCli() {
  if (existsSync(CLI_BUNDLE) && (isFresh(STAMP, INPUTS) || !existsSync(join(PACKAGE_FOLDER, 'node_modules', 'rolldown')))) return
  requireDiskSpace('the command line', 10)
  const stamp = takeStamp(INPUTS)
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: join(PACKAGE_FOLDER, 'cli', 'main.ts'),
    platform: 'node',
    external: ['next'],
    resolve: { tsconfigFilename: join(PACKAGE_FOLDER, 'tsconfig.json'), alias: { '@': PACKAGE_FOLDER } },
    logLevel: 'warn',
  })
  const draft = `${CLI_BUNDLE}.${process.pid}`
  await bundle.write({ file: draft, format: 'esm', codeSplitting: false })
  await bundle.close()
  renameSync(draft, CLI_BUNDLE)
  saveStamp(STAMP, stamp)
}
