import { afterAll, expect, test } from 'vitest'
import { ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
afterAll(() => workspace.remove())

const commands = ['connectivity', 'evaluate', 'diff', 'lint', 'assert', 'bundle']

test.each(commands)('%s explains itself, with its exit codes', async (command) => {
  const { exitCode, stdout, stderr } = await workspace.run(command, '--help')
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`Usage: sluice ${command} `)
  expect(stdout).toContain('Exit codes: 0 ')
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(140)
})

test.each(commands)('%s without input is a usage error of one line', async (command) => {
  const { exitCode, stdout, stderr } = await workspace.run(command)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(new RegExp(`^sluice ${command}: give .*; "sluice ${command} --help" lists the options\n$`))
})

test.each([
  [['connectivity', '--live', '--manifests', 'a'], '--live and --manifests do not go together'],
  [['lint', '--manifests', 'a', '--context', 'prod'], '--context goes with --live'],
  [['diff', '--before', 'a', '--after', 'b', '--kubeconfig', 'k'], '--kubeconfig goes with --live'],
  [['diff', '--before', 'a', '--live', '--after', 'b'], '--live and --before do not go together'],
  [['evaluate', '--bundle', 'x', '--live'], '--live and --bundle do not go together'],
  [['diff', '--before', 'a', '--bundle', 'b', '--after', 'c'], '--bundle and --before do not go together'],
  [['diff', '--before', 'a', '--after', 'b', 'c.sluice.gz'], 'a bundle is a whole cluster: nothing else goes with it'],
  [['bundle', '--manifests', 'a'], 'say where to write it with --out FILE'],
  [['bundle', '--bundle', 'a', '--flows', 'b', '--out', '-'], '--bundle and --flows do not go together: '],
  [['connectivity', '--colour'], '--colour is not an option'],
  [['connectivity', '--manifests'], '--manifests wants a value: PATH'],
  [['connectivity', 'deploy'], '"deploy" is not expected here'],
  [['connectivity', '-o', 'xml'], '--output must be one of text, json, csv, md, dot, mermaid, not "xml"'],
  [['connectivity', '--no-external=1'], '--no-external takes no value'],
  [['connectivity', '--level', 'pod', '--level', 'pod'], '--level is given twice'],
  [['connectivity', '--manifests', 'a', '--max-rows', '0'], '--max-rows wants a whole number above 0'],
  [['connectivity', '--profile', 'flannel'], '--profile must be one of kubernetes, calico, cilium, not "flannel"'],
  [['lint', '--manifests', 'a', '--assume', 'x=1'], '--assume x=1: "x" is no assumption; there are '],
  [['evaluate', '--manifests', 'a', '--from', 'x', '--to', 'y', '--port', '80.5'], '--port: must be a whole number from 1 to 65535'],
  [['evaluate', '--manifests', 'a', '--from', 'x y', '--to', 'y'], '--from: "x y" is no name: '],
  [['evaluate', '--manifests', '-', '--queries', '-'], 'standard input can be the manifests or the questions, not both'],
  [['evaluate', '--manifests', 'a', '--queries', 'q', '--to', 'y'], '--queries and --to do not go together'],
  [['diff', '--before', 'a', '--after', 'b', '--fail-on', 'open'], '--fail-on must be a comma list of opened, closed, broken, not "open"'],
  [['diff', '--before', 'a', '--after', 'b', '--fail-on', 'broken'], '--fail-on broken needs recorded flows: --flows FILE'],
  [['diff', '--before', '-', '--after', '-'], 'standard input can be read once only'],
])('%j is refused', async (args, message) => {
  const { exitCode, stdout, stderr } = await workspace.run(...args)
  expect([exitCode, stdout, stderr.startsWith(`sluice ${args[0]}: ${message}`)]).toEqual([2, '', true])
})

test.each(['true', 'True', 'false'])('an assumption is read as scripts write it: %s', async (value) => {
  const args = ['connectivity', '--manifests', workspace.shop(), '-o', 'json', '--assume', `ipBlockMatchesNodes=${value}`]
  const more = ['--assume', 'protocols=["TCP", "UDP"]', '--assume', 'profiles=kns.<ns> allow all unless a Profile object is given']
  const { exitCode, stdout } = await workspace.run(...args, ...more)
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout).basis.assumptions).toEqual({
    ...(value === 'false' ? { ipBlockMatchesNodes: false } : {}),
    protocols: ['TCP', 'UDP'],
  })
})
