import { afterEach, expect, test, vi } from 'vitest'
import { runCommand } from './run-command.mjs'

afterEach(() => {
  vi.restoreAllMocks()
})

const run = (script: string, output: 'show' | 'capture') => runCommand(process.execPath, ['-e', script], { folder: '.', output })

test('what a program prints on both streams is shown while it runs, and returned', async () => {
  const shown = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const complained = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const { exitCode, output } = await run("console.log('größe'); console.error('oh'); process.exitCode = 3", 'show')
  expect(exitCode).toBe(3)
  expect(output).toContain('größe\n')
  expect(output).toContain('oh\n')
  expect(shown).toHaveBeenCalledWith('größe\n')
  expect(complained).toHaveBeenCalledWith('oh\n')
})

test('a process that the program leaves behind with its output open does not hold up the end', async () => {
  const script = `
    const left = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30_000)'], { stdio: 'inherit', detached: true })
    console.log(left.pid)
    left.unref()`
  const started = performance.now()
  const { exitCode, output } = await run(script, 'capture')
  process.kill(Number(output))
  expect(exitCode).toBe(0)
  expect(performance.now() - started).toBeLessThan(15_000)
})
