import { main } from '../main'
import type { Ran } from './run-sluice'

/** Runs a command in the test's own process, with paths from `folder`. */
export async function runMain(args: readonly string[], folder: string, environment: Record<string, string> = {}): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  const exitCode = await main(args, {
    stdout: (chunk) => (stdout += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')),
    stderr: (text) => (stderr += text),
    drained: async () => true,
    environment,
    folder,
    packageFolder: folder,
  })
  return { exitCode, stdout, stderr }
}
