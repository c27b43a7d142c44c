// @ts-check
import { spawn } from 'node:child_process'

/** Time a child has to end after it was asked to. */
const GRACE_MS = 3_000
/** Time for the rest of the output after the end of the program; what it left running may hold the pipe for ever. */
const OUTPUT_MS = 2_000

/**
 * Runs a program in a process group of its own and waits for it. A signal to this process ends the whole group and
 * then this process, with 130 for Ctrl-C and 143 for SIGTERM. What it prints is returned, and shown meanwhile unless it
 * is only to be captured.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ folder: string, environment?: Record<string, string>, output?: 'show' | 'capture' }} options
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
export function runCommand(program, args, { folder, environment = {}, output = 'show' }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: folder,
      env: { ...(output === 'show' ? colours() : {}), ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let captured = ''
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream]?.setEncoding('utf8').on('data', (text) => {
        captured += text
        if (output === 'show') process[stream].write(text)
      })
    }

    /** @type {NodeJS.Signals | null} */
    let stoppedBy = null
    /** @type {(signal: NodeJS.Signals) => void} */
    const stop = (signal) => {
      if (stoppedBy !== null) return
      stoppedBy = signal
      killGroup(child.pid, 'SIGTERM')
      setTimeout(() => killGroup(child.pid, 'SIGKILL'), GRACE_MS).unref()
    }
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)

    const done = () => process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', stop)
    child.on('error', (error) => {
      done()
      reject(error)
    })
    /** @type {(exitCode: number | null) => void} */
    const end = (exitCode) => {
      done()
      if (stoppedBy !== null) {
        killGroup(child.pid, 'SIGKILL')
        process.stderr.write('Stopped.\n')
        process.exit(stoppedBy === 'SIGINT' ? 130 : 143)
      }
      resolve({ exitCode: exitCode ?? 1, output: captured })
    }
    child.on('exit', (exitCode) => {
      const timer = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, OUTPUT_MS)
      child.on('close', () => {
        clearTimeout(timer)
        end(exitCode)
      })
    })
  })
}

/** A program that prints into a pipe has colours only when it is told that somebody sees them. */
function colours() {
  return process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {}
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function killGroup(pid, signal) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has ended.
  }
}
