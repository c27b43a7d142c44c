import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildCli, CLI_BUNDLE } from '../bin/build-cli.mjs'
import { runSluice } from './testing/run-sluice'
import { aPolicy, PODS } from './testing/shop-workspace'

/** What only a process of its own shows: standard input, pipes, and what is loaded at the start. */

let folder = ''
beforeAll(async () => {
  await buildCli()
  folder = mkdtempSync(join(tmpdir(), 'sluice-process-'))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

test('the output of "helm template" comes in through a pipe', async () => {
  const helm = `---\n# Source: shop/templates/NOTES.txt\n---\n# Source: shop/templates/policy.yaml\n${aPolicy('web', 80)}---\n# Source: shop/templates/pods.yaml\n${PODS}`
  const { exitCode, stdout, stderr } = await runSluice(['connectivity', '--manifests', '-', '-o', 'csv', '--no-external'], helm)
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout).toContain('shop/web[Pod],shop/cart[Pod],allowed,TCP 80,\r\n')
  expect(stdout).not.toContain('dev/shell[Pod],shop/cart[Pod]')
})

test('a problem in a pipe is at - with line and column, and nothing at all is one too', async () => {
  const broken = await runSluice(['lint', '--manifests', '-', '--fail-on', 'none'], `${PODS}kind: [\n`)
  expect([broken.exitCode, broken.stderr]).toEqual([3, expect.stringMatching(/^-:\d+:\d+: /)])
  const nothing = await runSluice(['connectivity', '--manifests', '-'], '')
  expect([nothing.exitCode, nothing.stderr]).toEqual([3, '-:1:1: no manifests found\n'])
})

test('questions come in through a pipe, manifests from a folder', async () => {
  writeFileSync(join(folder, 'shop.yaml'), PODS + aPolicy('web', 80))
  const lines = '{"id": 1, "from": "shop/web", "to": "shop/cart", "port": 80}\n{"id": 2, "from": "dev", "to": "shop/cart", "port": 80}\n'
  const { exitCode, stdout } = await runSluice(['evaluate', '--manifests', folder, '--queries', '-'], lines)
  expect(exitCode).toBe(1)
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers.map(({ id, verdict }) => [id, verdict])).toEqual([
    [1, 'allowed'],
    [2, 'denied'],
  ])
})

test('flow lines without a time come in through a pipe now, and make the recording no longer', async () => {
  const [before, after] = [join(folder, 'before.yaml'), join(folder, 'after.yaml')]
  writeFileSync(before, PODS + aPolicy('web', 80))
  writeFileSync(after, PODS + aPolicy('nobody', 80))
  const line = (more: object) => `${JSON.stringify({ from: 'shop/web', to: 'shop/cart', port: 80, ...more })}\n`
  const lines = line({}) + line({ to: 'dev/shell', time: '2026-05-04T10:00:00Z' })
  const startedAt = Date.now()
  const { stdout } = await runSluice(['diff', '--before', before, '--after', after, '--flows', '-', '-o', 'json'], lines)
  const { flows, evidence } = JSON.parse(stdout)
  const time = '2026-05-04T10:00:00.000Z'
  expect(evidence).toMatchObject({ grade: 'weak', flows: 2, hoursCovered: 0, firstFlow: time, lastFlow: time })
  expect(Date.parse(flows.newlyDenied[0].firstSeen)).toBeGreaterThanOrEqual(startedAt)
})

test('a reader that goes away ends a long answer', async () => {
  const pods = Array.from({ length: 1_500 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${index}`, namespace: 'a' },
  }))
  writeFileSync(join(folder, 'many.json'), pods.map((pod) => JSON.stringify(pod)).join('\n'))
  const args = ['bin/sluice.mjs', 'connectivity', '--manifests', join(folder, 'many.json'), '--level', 'pod', '-o', 'json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let received = 0
  child.stdout.on('data', (chunk: Buffer) => {
    received += chunk.length
    child.stdout.destroy()
  })
  const exitCode = await new Promise((resolve) => child.on('exit', resolve))
  expect(exitCode).toBe(0)
  expect(received).toBeGreaterThan(0)
})

test('the bundle loads nothing at its start but Node itself', () => {
  const imports = readFileSync(CLI_BUNDLE, 'utf8').match(/^import .*$/gm) ?? []
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.filter((line) => !/ from "node:[\w/]+";$/.test(line))).toEqual([])
})
