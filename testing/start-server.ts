import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** `sluice serve` as a process of its own. */
export type StartedServer = {
  /** Origin and base path, without a slash at the end. */
  readonly url: string
  readonly process: ChildProcess
  /** Ends it with a signal; gives its exit code and how long it took. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<{ exitCode: number | null; ms: number }>
}

const PACKAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url))

/** Starts a server over the demo on a free port and waits until it says that it is ready. Throws with its output when it ends before. */
export async function startServer(
  args: readonly string[] = [],
  listen = '127.0.0.1:0',
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedServer> {
  const child = spawn(process.execPath, ['bin/sluice.mjs', 'serve', '--listen', listen, ...args], {
    cwd: PACKAGE_FOLDER,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => (output += chunk))
    child.stdout.on('data', (chunk) => {
      output += chunk
      const ready = /^Sluice is ready on (\S+)\/$/m.exec(output)
      if (ready?.[1]) resolve(ready[1])
    })
    child.on('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return {
    url,
    process: child,
    stop: async (signal = 'SIGTERM') => {
      const started = performance.now()
      child.kill(signal)
      return { exitCode: await exited, ms: performance.now() - started }
    },
  }
}
