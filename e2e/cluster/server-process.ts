import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'

/** One running server of the control plane. */
export type ServerProcess = {
  /** Sends a signal and waits for the end. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>
  readonly isRunning: () => boolean
  /** Throws with the end of its log when it is no longer there. */
  readonly check: () => void
}

/** Starts one of the servers that e2e/control-plane holds; what it says goes to a file, because it is a lot. */
export function startServerProcess(program: string, name: string, flags: Readonly<Record<string, string>>, logPath: string): ServerProcess {
  const log = openSync(logPath, 'a')
  const child = spawn(program, [name, ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)], {
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const isRunning = () => child.exitCode === null && child.signalCode === null
  return {
    end: async (signal) => {
      child.kill(signal)
      await ended
    },
    isRunning,
    check: () => {
      if (isRunning()) return
      throw new Error(`${name} ended:\n${readFileSync(logPath, 'utf8').slice(-4_000)}`)
    },
  }
}
