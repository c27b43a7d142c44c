// @ts-check
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PACKAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url))

/**
 * `sluice serve` as a process of its own. `url` has no slash at the end; `stop` ends it with a signal and gives its exit
 * code and how long that took.
 *
 * @typedef {{
 *   url: string,
 *   process: import('node:child_process').ChildProcess,
 *   stop: (signal?: NodeJS.Signals) => Promise<{ exitCode: number | null, ms: number }>,
 * }} StartedServer
 */

/**
 * Starts a server over the demo on a free port and waits until it says that it is ready. Throws with its output when it
 * ends before.
 *
 * @param {readonly string[]} [args] options of `sluice serve`
 * @param {{ listen?: string, environment?: Record<string, string | undefined>, folder?: string, command?: readonly string[] }} [how]
 * @returns {Promise<StartedServer>}
 */
export async function startServer(args = [], how = {}) {
  const { listen = '127.0.0.1:0', environment = {}, folder = PACKAGE_FOLDER, command = ['bin/sluice.mjs', 'serve'] } = how
  const child = spawn(
    process.execPath,
    [...command, '--listen', listen, ...(args.includes('--store') ? [] : ['--store', 'memory']), ...args],
    {
      cwd: folder,
      // Not the cluster of whoever runs the tests.
      env: { ...process.env, KUBECONFIG: '/dev/null', KUBERNETES_SERVICE_HOST: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  /** @type {string} */
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => (output += chunk))
    child.stdout.on('data', (chunk) => {
      output += chunk
      const ready = /^Sluice is ready on (\S+)\/$/m.exec(output)
      if (ready?.[1]) resolve(ready[1])
    })
    child.on('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => child.on('exit', resolve))
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
