import { afterAll, expect, test } from 'vitest'
import { aPolicy, PODS, ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

const misspelt = () => workspace.file('lint.yaml', PODS + aPolicy('wbe', 80).replace('app: cart } }', 'app: crat } }'))

test('findings read like a compiler, and --fail-on says what they cost', async () => {
  const { exitCode, stdout } = await workspace.run('lint', '--manifests', misspelt())
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/lint\.yaml:\d+:\d+: (warning|error) NP-01: /)
  expect((await workspace.run('lint', '--manifests', misspelt(), '--fail-on', 'none')).exitCode).toBe(0)
})

test('JSON and SARIF name the same findings', async () => {
  const { findings, severities } = JSON.parse((await workspace.run('lint', '--manifests', misspelt(), '-o', 'json')).stdout)
  expect(severities.error + severities.warning + severities.info).toBe(findings.length)
  const sarif = JSON.parse((await workspace.run('lint', '--manifests', misspelt(), '-o', 'sarif')).stdout)
  const ids = (items: readonly { id?: string; ruleId?: string }[]) => items.map(({ id, ruleId }) => id ?? ruleId)
  expect(ids(sarif.runs[0].results)).toEqual(ids(findings))
  const rules = ids(sarif.runs[0].tool.driver.rules)
  for (const { ruleId, ruleIndex } of sarif.runs[0].results) expect(rules[ruleIndex]).toBe(ruleId)
})

test('a finding of any family stands at the line of its field', async () => {
  const service = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  ports: [{ port: 80 }]
  selector:
    app: wbe
`
  const { stdout } = await workspace.run('lint', '--manifests', workspace.file('service.yaml', PODS + service))
  const line = (PODS + service).split('\n').indexOf('  selector:') + 1
  expect(stdout).toMatch(new RegExp(`service\\.yaml:${line}:\\d+: error SV-01: `))
})
