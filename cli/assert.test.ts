import { afterAll, expect, test } from 'vitest'
import { ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

test('a rule that fails says where it stands, which pair and which policy rule', async () => {
  const rules = workspace.file(
    'rules.yaml',
    '- name: cart is closed\n  deny: { from: shop, to: shop/cart }\n- deny: { from: dev, to: shop/cart }\n',
  )
  const { exitCode, stdout } = await workspace.run('assert', '--manifests', workspace.shop(), '--rules', rules)
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`FAIL  cart is closed  (${rules}:1)
      shop/web[Pod] → shop/cart TCP 80 is allowed, expected denied
        egress:  allowed by default, no policy selects it
        ingress: allowed by NetworkPolicy:shop/cart ingress[0]
ok    dev → shop/cart denied

1 of 2 rules hold.
`)
})

test('JSON has a result for each rule', async () => {
  const rules = workspace.file('holds.yaml', 'rules:\n  - { allow: { from: shop/web, to: shop/cart, port: 80 } }\n')
  const { exitCode, stdout } = await workspace.run('assert', '--manifests', workspace.shop(), '--rules', rules, '-o', 'json')
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'sluice/v1',
    kind: 'Assertions',
    rules: 1,
    failed: 0,
    results: [{ name: 'shop/web → shop/cart allowed', expect: 'allowed', holds: true, missing: [], failing: [], complete: true }],
  })
})

test('a broken rules file is unreadable input', async () => {
  const rules = workspace.file('broken-rules.yaml', '- deny: { from: a }\n')
  const { exitCode, stderr } = await workspace.run('assert', '--manifests', workspace.shop(), '--rules', rules)
  expect([exitCode, stderr]).toEqual([3, `${rules}:1:3: to: expected the name of an end\n`])
  expect(
    (await workspace.run('assert', '--manifests', workspace.shop(), '--rules', workspace.file('none.yaml', '# nothing\n'))).exitCode,
  ).toBe(3)
})
