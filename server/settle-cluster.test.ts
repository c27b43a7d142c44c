import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ServerWish } from './config'
import { aKubeconfig, KubeconfigFolder } from './kubernetes/kubeconfig/testing/kubeconfig-folder'
import { settleCluster } from './settle-cluster'

const folder = new KubeconfigFolder()
afterAll(() => folder.remove())

const STAGING = folder.file(
  'staging',
  aKubeconfig('{ server: "https://staging:6443" }', '{ token: t }')
    .replaceAll('name: x', 'name: staging')
    .replace('current-context: x', 'current-context: staging'),
)
const LOGIN = '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never } }'
const PROD = folder.file('prod', aKubeconfig('{ server: "https://prod:6443" }', LOGIN).replace('current-context: x', ''))

function settle(
  wish: Partial<Pick<ServerWish, 'cluster' | 'kubeconfig' | 'contexts' | 'flows'>>,
  environment: Record<string, string> = {},
) {
  const full = { cluster: { kind: 'auto' }, kubeconfig: null, contexts: [], flows: [], ...wish } as const
  return settleCluster({ ...full, flows: [...full.flows] }, { HOME: folder.path, ...environment }, folder.path)
}

function failure(...args: Parameters<typeof settle>) {
  const settled = settle(...args)
  if (settled.ok) throw new Error(`settled on ${settled.value.cluster.kind}`)
  return settled.error
}

test('auto without account and kubeconfig is the demo, and says so', () => {
  expect(settle({})).toEqual({
    ok: true,
    value: { cluster: { kind: 'demo' }, messages: ['No kubeconfig and no in-cluster account: showing the demo'] },
  })
})

test('auto takes the current context of the kubeconfig', () => {
  const files = { kind: 'found', paths: [STAGING] }
  expect(settle({}, { KUBECONFIG: STAGING })).toEqual({
    ok: true,
    value: {
      cluster: { kind: 'kubeconfig', files, contexts: ['staging'] },
      messages: ['Cluster: context "staging" of the kubeconfig (https://staging:6443, user u)'],
    },
  })
})

test.each([
  ['kind: Pod\n', 'The kubeconfig cannot be read: '],
  ['clusters: []\ncurrent-context: gone\n', 'kubeconfig: there is no context "gone"'],
  [aKubeconfig('{ server: "https://a" }').replace('current-context: x', ''), 'The kubeconfig has no current context: '],
])('auto with a kubeconfig that cannot be used is the demo, and says why: %j', (text, message) => {
  const settled = settle({}, { KUBECONFIG: folder.file('unusable', text) })
  expect(settled).toMatchObject({ ok: true, value: { cluster: { kind: 'demo' } } })
  expect(settled.ok ? settled.value.messages.join('\n') : '').toContain(message)
})

test('what is named is what was asked for: a context or a kubeconfig is never replaced by the demo', () => {
  expect(settle({ kubeconfig: PROD, contexts: ['x', 'x'] })).toEqual({
    ok: true,
    value: {
      cluster: { kind: 'kubeconfig', files: { kind: 'named', path: PROD }, contexts: ['x'] },
      messages: ['Cluster: context "x" of the kubeconfig (https://prod:6443, user u)', '  its credentials come from: login'],
    },
  })
  expect(failure({ contexts: ['dev'] }, { KUBECONFIG: STAGING })).toEqual({
    kind: 'input',
    message: 'kubeconfig: there is no context "dev"; there is "staging"',
  })
  const absent = join(folder.path, 'absent')
  expect(failure({ kubeconfig: absent })).toEqual({ kind: 'input', message: `${absent}: no such file` })
})

test('kubeconfig wants a context', () => {
  expect(failure({ cluster: { kind: 'kubeconfig' } }).message).toBe(
    `no context in ${join(folder.path, '.kube/config')}: no such file, or an empty one`,
  )
  expect(failure({ cluster: { kind: 'kubeconfig' }, kubeconfig: PROD }).message).toBe(
    'the kubeconfig has no current context; name one with --context: x',
  )
})

test('several contexts are connected, the first one is shown', () => {
  const settled = settle({ contexts: ['x', 'staging'] }, { KUBECONFIG: `${STAGING}:${PROD}` })
  expect(settled).toMatchObject({ ok: true, value: { cluster: { contexts: ['x', 'staging'] } } })
})

test('a context does not go with a cluster that has none', () => {
  expect(failure({ cluster: { kind: 'demo' }, contexts: ['x'] })).toEqual({
    kind: 'usage',
    message: '--context goes with --cluster kubeconfig, not with demo',
  })
})

test('in-cluster outside of a pod says what is missing', () => {
  expect(failure({ cluster: { kind: 'in-cluster' } })).toMatchObject({ kind: 'input', message: expect.stringContaining('not in a pod') })
})
