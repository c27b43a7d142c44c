import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { aPolicy, PODS, ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

const fromWeb = ['--from', 'shop/web', '--to', 'shop/cart', '--port']

describe('input', () => {
  test('what cannot be read is named with file, line and column, and the rest is answered', async () => {
    const broken = workspace.file('broken.yaml', `${PODS}kind: [\n---\n${aPolicy('web', 80)}---\napiVersion: v1\nkind: Pod\n`)
    const { exitCode, stdout, stderr } = await workspace.run('connectivity', '--manifests', broken, '-o', 'csv', '--no-external')
    expect(exitCode).toBe(3)
    expect(stderr.trimEnd().split('\n')).toHaveLength(2)
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/broken\.yaml:\d+:\d+: /)
    expect(stdout).toContain('shop/web[Pod],shop/cart[Pod],allowed,TCP 80,\r\n')
    expect(stdout).not.toContain('dev/shell[Pod],shop/cart[Pod]')
  })

  test('a policy that cannot be understood is a problem, and what it decides is unknown', async () => {
    const path = workspace.file('policy.yaml', PODS + aPolicy('web', 80).replace('port: 80', 'port: 800000'))
    const { exitCode, stdout, stderr } = await workspace.run('evaluate', '--manifests', path, ...fromWeb, '80')
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/policy\.yaml:\d+:\d+: NetworkPolicy shop\/cart: /)
    expect(stdout).toMatch(/^UNKNOWN \(unsupported-policy\)/)
  })

  test('a folder in which there is nothing is a problem: a pipe that broke looks like that', async () => {
    const empty = mkdtempSync(join(workspace.folder, 'empty-'))
    expect(await workspace.run('lint', '--manifests', empty)).toMatchObject({ exitCode: 3, stderr: `${empty}:1:1: no manifests found\n` })
    expect(await workspace.run('lint', '--manifests', join(workspace.folder, 'absent'))).toMatchObject({ exitCode: 3 })
  })

  test('several paths are one cluster', async () => {
    const args = ['--manifests', workspace.file('pods.yaml', PODS), '--manifests', workspace.file('p.yaml', aPolicy('shell', 80))]
    expect((await workspace.run('evaluate', ...args, ...fromWeb, '80')).exitCode).toBe(1)
    const inARow = ['--manifests', workspace.file('pods.yaml', PODS), workspace.file('p.yaml', aPolicy('shell', 80))]
    expect((await workspace.run('evaluate', ...inARow, ...fromWeb, '80')).exitCode).toBe(1)
  })
})

describe('connectivity', () => {
  test('a limit cuts the list, says so and is exit code 4', async () => {
    const { exitCode, stdout, stderr } = await workspace.run(
      'connectivity',
      '--manifests',
      workspace.shop(),
      '-o',
      'json',
      '--max-rows',
      '2',
    )
    expect([exitCode, stderr]).toEqual([4, 'sluice connectivity: more than 2 rows; the rest is left out (--max-rows N)\n'])
    const document = JSON.parse(stdout)
    expect([document.connections.length, document.complete]).toEqual([2, false])
  })

  test('the same input gives the same bytes, whatever the order of its documents', async () => {
    const documents = (PODS + aPolicy('web', 80)).split('---\n')
    const turned = workspace.file('turned.yaml', documents.reverse().join('---\n'))
    const [first, second] = await Promise.all([
      workspace.run('connectivity', '--manifests', workspace.shop(), '-o', 'json'),
      workspace.run('connectivity', '--manifests', turned, '-o', 'json'),
    ])
    expect(second.stdout).toBe(first.stdout)
  })

  test('text says by what the profile was recognised and what was left out', async () => {
    const cilium = `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: shop }\nspec: { endpointSelector: {} }\n`
    const { stdout } = await workspace.run(
      'connectivity',
      '--manifests',
      workspace.file('mixed.yaml', PODS + aPolicy('web', 80) + cilium),
      '--profile',
      'kubernetes',
    )
    expect(stdout).toContain(
      'Profile kubernetes (as asked for).\nOf another plugin, and no part of the verdicts: CiliumNetworkPolicy:shop/c.\n',
    )
  })
})
