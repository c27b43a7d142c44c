import { afterAll, expect, test } from 'vitest'
import { aPolicy, PODS, ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

const asItIs = () => ['--before', workspace.shop()]
const changedTo = (peer: string, port: number) => ['--after', workspace.file('after.yaml', PODS + aPolicy(peer, port))]

test('no difference is said, and fails nothing', async () => {
  const { exitCode, stdout } = await workspace.run('diff', ...asItIs(), ...changedTo('web', 80), '--fail-on', 'opened,closed')
  expect(exitCode).toBe(0)
  expect(stdout.split('\n')[0]).toBe('No connection between workloads opens or closes.')
})

test.each([
  ['opened', 'web', 81, 1],
  ['closed', 'web', 81, 1],
  ['opened,closed', 'nobody', 80, 1],
  ['opened', 'nobody', 80, 0],
  ['closed', 'nobody', 80, 1],
] as const)('--fail-on %s with %s on %i gives %i', async (failOn, peer, port, exitCode) => {
  expect((await workspace.run('diff', ...asItIs(), ...changedTo(peer, port), '--fail-on', failOn)).exitCode).toBe(exitCode)
})

test('recorded flows that break are listed first, with the rule, and counted once', async () => {
  const line = (port: number, count: number) =>
    JSON.stringify({ from: 'shop/web', to: 'shop/cart', port, count, time: '2026-05-04T10:00:00Z', verdict: 'forwarded' })
  const flows = workspace.file('flows.jsonl', `${line(80, 3)}\n${line(80, 2)}\nplain text of an agent\n`)
  const args = ['diff', ...asItIs(), ...changedTo('shell', 80), '--flows', flows]
  const { exitCode, stdout } = await workspace.run(...args, '--fail-on', 'broken', '-o', 'json')
  expect(exitCode).toBe(1)
  const document = JSON.parse(stdout)
  expect(document).toMatchObject({ apiVersion: 'sluice/v1', kind: 'ConnectivityDiff', level: 'workload' })
  expect(document.flows).toMatchObject({
    newlyDenied: [
      {
        src: 'shop/web[Pod]',
        dst: 'shop/cart[Pod]',
        protocol: 'TCP',
        port: 80,
        count: 5,
        firstSeen: '2026-05-04T10:00:00.000Z',
        before: 'allowed',
        after: 'denied',
      },
    ],
    newlyAllowed: [],
    unchanged: 0,
    unknown: 0,
  })
  expect(document.evidence).toMatchObject({ connections: 1, flows: 5, sources: 1, lost: { atSource: 0, dropped: 0 } })
  const text = (await workspace.run(...args)).stdout
  expect(text.split('\n')[0]).toContain('Breaks 1 recorded connection (5 flows).')
  expect(text).toContain(
    '  shop/web[Pod] → shop/cart[Pod]  TCP 80  5 flows\n      now: NetworkPolicy:shop/cart isolates (no rule names the other end)\n',
  )
})

test('recorded flows that are let through now, and those of which nobody can tell, are said as well', async () => {
  const line = (from: string) => JSON.stringify({ from, to: 'shop/cart', port: 80, verdict: 'dropped' })
  const flows = workspace.file('denied.jsonl', `${line('dev/shell')}\n${line('dev/gone')}\n`)
  const open = ['--after', workspace.file('open.yaml', PODS)]
  const text = (await workspace.run('diff', ...asItIs(), ...open, '--flows', flows)).stdout
  expect(text).toContain('Recorded connections that were denied and are allowed now\n  dev/shell[Pod] → shop/cart[Pod]  TCP 80  1 flow\n')
  expect(text).toContain('  The policies cannot tell of 1 recorded connection: unknown-endpoint 1.\n')
  const markdown = (await workspace.run('diff', ...asItIs(), ...open, '--flows', flows, '-o', 'md')).stdout
  expect(markdown).toContain('#### Recorded connections that were denied and are allowed now\n\n| Source |')
  expect(markdown).toContain('- The policies cannot tell of 1 recorded connection: unknown-endpoint 1.\n')
})

test('a flow line that cannot be read is named; the others count', async () => {
  const flows = workspace.file('bad.jsonl', '{"from": "shop/web", "to": "shop/cart", "port": 80}\n{"from": "shop/web"}\n')
  const { exitCode, stdout, stderr } = await workspace.run('diff', ...asItIs(), ...changedTo('web', 80), '--flows', flows, '-o', 'json')
  expect(exitCode).toBe(3)
  expect(stderr).toContain(`${flows}:2:1: to: `)
  expect(JSON.parse(stdout).flows.unchanged).toBe(1)
})

test('Markdown begins with the answer; SARIF points at the rule that decides now', async () => {
  const markdown = (await workspace.run('diff', ...asItIs(), ...changedTo('web', 81), '-o', 'md')).stdout
  expect(markdown.split('\n')[0]).toMatch(/^\*\*.*changes the ports of 1 pair\.\*\*$/)
  expect(markdown).toContain('| `shop/web[Pod]` | `shop/cart[Pod]` | TCP 80 | TCP 81 |')
  const sarif = JSON.parse((await workspace.run('diff', ...asItIs(), ...changedTo('web', 81), '-o', 'sarif')).stdout)
  const [{ results }] = sarif.runs
  expect(results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['connection-opened', 'connection-closed'])
  expect(results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'after.yaml' },
    region: { startLine: 19, startColumn: 7 },
  })
})
