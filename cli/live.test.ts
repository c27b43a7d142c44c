import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AccessRule } from '@/testing/fake-api/access'
import { type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import type { KubernetesObject } from '@/testing/fake-api/kubernetes-object'
import { runMain } from './testing/run-main'
import { aPolicy, ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
let api: FakeApi

const pod = (namespace: string, name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
})
const onlyWebMayReachTheCart: KubernetesObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 80 }] }],
  },
}

beforeAll(async () => {
  const namespace = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const objects = [
    namespace('shop'),
    namespace('dev'),
    pod('shop', 'web'),
    pod('shop', 'cart'),
    pod('dev', 'shell'),
    onlyWebMayReachTheCart,
  ]
  api = await startFakeApi({ objects })
})
afterAll(async () => {
  await api.stop()
  workspace.remove()
})

/** Runs a command with the kubeconfig of somebody with these rights. */
function run(args: readonly string[], rules: 'everything' | readonly AccessRule[] = 'everything') {
  const user = { name: 'jo', token: 'jo-token', rules }
  api.users = [user]
  return runMain(args, workspace.folder, { KUBECONFIG: workspace.file('kubeconfig', api.kubeconfig(user)) })
}

const fromDev = ['--from', 'dev/shell', '--to', 'shop/cart', '--port', '80']

test('questions are answered from the live cluster', async () => {
  const denied = await run(['evaluate', '--live', ...fromDev])
  expect([denied.exitCode, denied.stderr]).toEqual([1, ''])
  expect(denied.stdout).toMatch(/^DENIED/)
  const everything = await run(['connectivity', '--live', '-o', 'csv', '--no-external'])
  expect([everything.exitCode, everything.stderr]).toEqual([0, ''])
  expect(everything.stdout).toContain('shop/web[Pod],shop/cart[Pod],allowed,TCP 80,\r\n')
  expect(everything.stdout).not.toContain('dev/shell[Pod],shop/cart[Pod]')
})

test('a context and a kubeconfig can be named', async () => {
  const named = await run(['evaluate', '--live', '--context', 'fake', '--kubeconfig', 'kubeconfig', ...fromDev])
  expect([named.exitCode, named.stderr]).toEqual([1, ''])
  const absent = await run(['evaluate', '--live', '--context', 'prod', ...fromDev])
  expect(absent).toEqual({ exitCode: 3, stdout: '', stderr: 'live: kubeconfig: there is no context "prod"; there is "fake"\n' })
})

test('findings, assertions and diffs are about the live cluster', async () => {
  const lint = await run(['lint', '--live', '--fail-on', 'none', '-o', 'json'])
  expect([lint.exitCode, JSON.parse(lint.stdout).kind]).toEqual([0, 'Findings'])
  const rules = workspace.file(
    'rules.yaml',
    '- { from: shop/web, to: shop/cart, port: 80, expect: allowed }\n- deny: { from: dev, to: shop/cart }\n',
  )
  expect((await run(['assert', '--live', '--rules', rules])).exitCode).toBe(0)
  const draft = workspace.file('draft.yaml', aPolicy('shell', 80))
  const diff = await run(['diff', '--live', '--after', draft, '--fail-on', 'closed', '-o', 'json', '--no-external'])
  expect(diff.exitCode).toBe(1)
  const changes = JSON.parse(diff.stdout).changes.map(({ type, src, dst }: Record<string, string>) => `${type} ${src} ${dst}`)
  expect(changes).toEqual(['removed shop/web[Pod] shop/cart[Pod]'])
})

test('what may not be read is named by verb and resource, and what depends on it is unknown', async () => {
  const rights = (resources: readonly string[]): AccessRule => ({ namespace: null, apiGroups: ['*'], resources, verbs: ['list', 'watch'] })
  const noPolicies = await run(['evaluate', '--live', ...fromDev], [rights(['pods', 'namespaces', 'services', 'endpointslices'])])
  expect(noPolicies.exitCode).toBe(3)
  expect(noPolicies.stderr).toContain('live: not permitted to list networkpolicies.networking.k8s.io in the whole cluster\n')
  expect(noPolicies.stderr).toContain('live: warning: not permitted to list nodes in the whole cluster\n')
  expect(noPolicies.stdout).toMatch(/^UNKNOWN/)
})

test('a server that cannot be reached is one line, and nothing is answered', async () => {
  const kubeconfig = workspace.file('gone', api.kubeconfig().replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1'))
  expect(await runMain(['lint', '--live', '--kubeconfig', kubeconfig], workspace.folder)).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: 'live: https://127.0.0.1:1 cannot be reached: nobody listens there (connection refused)\n',
  })
  const nobody = await runMain(['lint', '--live'], workspace.folder, { HOME: workspace.folder })
  expect([nobody.exitCode, nobody.stderr]).toEqual([3, expect.stringContaining('live: no context in ')])
})

test('credentials that are not accepted are told apart', async () => {
  const user = { name: 'jo', token: 'old', rules: 'everything' } as const
  api.users = [{ ...user, token: 'new' }]
  const kubeconfig = workspace.file('old', api.kubeconfig(user))
  const { exitCode, stdout, stderr } = await runMain(['lint', '--live', '--kubeconfig', kubeconfig], workspace.folder)
  expect([exitCode, stdout]).toEqual([3, ''])
  expect(stderr).toMatch(/^live: .*credentials.*\n$/)
})
