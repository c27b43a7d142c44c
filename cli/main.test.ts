import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runMain } from './testing/run-main'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = (args: readonly string[], environment: Record<string, string> = {}) => runMain(args, folder, environment)

test('help lists the commands, and no command at all is a usage error', async () => {
  const help = await run(['help'])
  expect(help.exitCode).toBe(0)
  expect(help.stdout).toContain('serve [options]')
  expect((await run([])).exitCode).toBe(2)
})

test.each(['suggest'])('%s is refused as not in this version', async (command) => {
  const { exitCode, stderr } = await run([command])
  expect(exitCode).toBe(2)
  expect(stderr).toBe(`sluice: "${command}" is not in this version; run "sluice help" for the commands\n`)
})

test.each(['constructor', '__proto__', 'frobnicate'])('%s is not a command', async (command) => {
  expect(await run([command])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not a command') })
})

test.each([
  [['--cluster', 'demo', '--context', 'prod'], '--context goes with --cluster kubeconfig, not with demo\n'],
  [['--cluster', 'manifests:.', '--kubeconfig=/x'], '--kubeconfig goes with --cluster kubeconfig, not with manifests\n'],
  [['--colour'], '--colour is not an option\n'],
  [['--listen'], '--listen wants a value\n'],
  [['demo'], '"demo" is not expected here\n'],
  [['--config', 'a', '--config', 'b'], '--config: takes one value\n'],
])('serve %j is a usage error of one line', async (args, line) => {
  expect(await run(['serve', ...args])).toEqual({ exitCode: 2, stdout: '', stderr: line })
})

test('serve wants its manifests to be there', async () => {
  const { exitCode, stderr } = await run(['serve', '--cluster', 'manifests:absent'])
  expect(exitCode).toBe(3)
  expect(stderr).toBe(`${join(folder, 'absent')}: no such file or folder\n`)
})

test('config print shows no password of a URL', async () => {
  const args = [
    '--flows=prometheus:https://bob:s3cr3t@db.example.test/p#team=a',
    '--store=clickhouse:http://bob:s3cr3t@db.example.test:8123',
  ]
  const { exitCode, stdout } = await run(['config', 'print', ...args])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('flows: prometheus:https://***@db.example.test/p#team=a\n')
  expect(stdout).toContain('store: clickhouse:http://***@db.example.test:8123\n')
  expect(stdout).not.toMatch(/bob|s3cr3t/)
})

test('config print shows every option, and with --origin where it came from', async () => {
  writeFileSync(join(folder, 'sluice.yaml'), 'base-path: /sluice\nlater: 1\n')
  const args = ['--config', join(folder, 'sluice.yaml'), '--listen=[::1]:8080']
  const { exitCode, stdout, stderr } = await run(['config', 'print', '--origin', ...args], { SLUICE_FLOWS: 'ingest,file:a' })
  expect(exitCode).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/ +# /, ' # '))).toEqual([
    'listen: [::1]:8080 # --listen',
    'cluster: auto # default',
    'context: [] # default',
    'kubeconfig: [] # default',
    'flows: [ingest, file:a] # SLUICE_FLOWS',
    'flows-ca: [] # default',
    'flows-cert: [] # default',
    'flows-key: [] # default',
    'flows-token-file: [] # default',
    'flows-server-name: [] # default',
    'store: embedded:./.sluice/data # default',
    'store-retention: 14d # default',
    'store-max-bytes: 20GiB # default',
    'role: all # default',
    'auth: none # default',
    `base-path: /sluice # ${join(folder, 'sluice.yaml')}:1`,
    'allowed-hosts: [] # default',
  ])
  expect(stderr).toContain('"later" is not an option and is ignored')
  expect((await run(['config', 'print', ...args])).stdout).not.toContain('#')
})

test('an unreadable configuration file is exit code 3', async () => {
  expect(await run(['config', 'print', '--config', join(folder, 'absent.yaml')])).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: `${join(folder, 'absent.yaml')}: cannot be read: no such file\n`,
  })
})
