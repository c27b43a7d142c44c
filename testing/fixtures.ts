import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folder of recorded input that some suites run over: `SLUICE_FIXTURES`, or `../shared/fixtures` beside the
 * repository. null, with a printed line, when there is none; the suite is then skipped.
 */
export function fixturesDir(): string | null {
  const dir = process.env.SLUICE_FIXTURES ?? join(process.cwd(), '..', 'shared', 'fixtures')
  if (existsSync(dir)) return dir
  process.stdout.write(`no fixtures at ${dir}: the suites over them are skipped (set SLUICE_FIXTURES)\n`)
  return null
}
