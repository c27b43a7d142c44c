import { execFile } from 'node:child_process'

export type Ran = { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** Runs the command line as its users do, as a process of its own. */
export function runSluice(args: readonly string[], stdin = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      ['bin/sluice.mjs', ...args],
      { maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error)
        else resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
    child.stdin?.end(stdin)
  })
}
