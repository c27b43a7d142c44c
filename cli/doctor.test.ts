import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AccessRule } from '@/testing/fake-api/access'
import { type FakeApi, startFakeApi } from '@/testing/fake-api/fake-api'
import type { KubernetesObject } from '@/testing/fake-api/kubernetes-object'
import { runMain } from './testing/run-main'
import { ShopWorkspace } from './testing/shop-workspace'

const workspace = new ShopWorkspace()
let api: FakeApi

const NAMESPACE: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } }
const RELAY: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'hubble-relay', namespace: 'kube-system' },
  spec: { ports: [{ port: 80 }] },
}

beforeAll(async () => {
  api = await startFakeApi({ objects: [NAMESPACE] })
})
afterAll(async () => {
  await api.stop()
  workspace.remove()
})

type CheckLine = { readonly about: string; readonly state: string; readonly message: string; readonly fixes: readonly string[] }

/** Runs it with the kubeconfig of somebody with these rights, and gives the checks by what they are about. */
async function examine(rules: 'everything' | readonly AccessRule[] = 'everything', args: readonly string[] = [], name = 'jo') {
  const user = { name, token: 'jo-token', rules }
  api.users = [user]
  const kubeconfig = workspace.file('kubeconfig', api.kubeconfig(user))
  const { exitCode, stdout, stderr } = await runMain(['doctor', '-o', 'json', ...args], workspace.folder, { KUBECONFIG: kubeconfig })
  expect(stderr).toBe('')
  const checks: readonly CheckLine[] = JSON.parse(stdout).checks
  return { exitCode, checks, about: (what: string) => checks.filter(({ about }) => about === what) }
}

const watching = (resources: readonly string[], namespace: string | null = null): AccessRule => {
  return { namespace, apiGroups: ['*'], resources, verbs: ['list', 'watch'] }
}

test('where nothing is wrong everything is said to be fine, and what is missing is a source of flows', async () => {
  const { exitCode, checks, about } = await examine()
  expect(exitCode).toBe(0)
  expect(about('API server')).toMatchObject([
    { state: 'ok', message: expect.stringMatching(/is Kubernetes v1\.\d+\.\d+ and answers in \d+ ms$/) },
  ])
  expect(about('credentials')).toMatchObject([{ state: 'ok', message: 'we are jo, by a token' }])
  expect(about('clock')).toMatchObject([{ state: 'ok' }])
  expect(about('rights')).toMatchObject([{ state: 'ok', message: expect.stringMatching(/^(\d+) of \1 kinds /) }])
  expect(about('reading')).toMatchObject([{ state: 'ok', message: expect.stringMatching(/^1 objects were read in /) }])
  expect(about('flows')).toMatchObject([{ state: 'warning', message: expect.stringContaining('no flow source is named') }])
  expect(checks.map(({ state }) => state)).not.toContain('problem')
})

test('a right that is missing is named by verb and resource, with the commands that give it', async () => {
  const allBut = ['namespaces', 'nodes', 'pods', 'services', 'endpointslices', 'ingresses', 'configmaps']
  const { exitCode, about } = await examine([watching(allBut), watching(['networkpolicies'], 'default')])
  expect(exitCode).toBe(1)
  const rights = about('rights')
  expect(rights).toContainEqual({
    about: 'rights',
    state: 'problem',
    message: 'may not list and watch in the whole cluster, only in the namespace default: networkpolicies.networking.k8s.io',
    fixes: [],
  })
  expect(rights).toContainEqual(
    expect.objectContaining({
      state: 'warning',
      message: expect.stringMatching(/^may not list and watch in the whole cluster: .*deployments\.apps, statefulsets\.apps, /),
    }),
  )
  expect(rights.at(-1)?.fixes).toEqual([
    'kubectl apply -f deploy/cluster-role.yaml',
    'kubectl create clusterrolebinding sluice --clusterrole=sluice --user=jo',
  ])
})

test('a collector is asked whether it may take Leases', async () => {
  const clickhouse = ['--store', 'clickhouse:http://127.0.0.1:1', '--role', 'collector']
  const { about } = await examine([watching(['pods'])], clickhouse, 'system:serviceaccount:tools:sluice')
  expect(about('rights').at(-1)).toEqual({
    about: 'rights',
    state: 'problem',
    message: 'may not get, create, update Leases in the namespace default: a collector counts no source that others can read too',
    fixes: [
      'kubectl apply -n default -f deploy/collector-role.yaml',
      'kubectl create rolebinding sluice-collector -n default --role=sluice-collector --serviceaccount=tools:sluice',
    ],
  })
})

test('an account gets its binding as an account, and ConfigMaps are asked for by name', async () => {
  const named: AccessRule = { ...watching(['configmaps']), resourceNames: ['coredns'] }
  const { about } = await examine([watching(['pods']), named], [], 'system:serviceaccount:tools:sluice')
  expect(about('rights').at(-1)?.fixes.at(-1)).toContain('--serviceaccount=tools:sluice')
  const configMaps = about('rights').find(({ message }) => message.includes('these configmaps'))
  expect(configMaps?.message).toContain('kube-system/kube-proxy')
  expect(configMaps?.message).not.toContain('kube-system/coredns')
})

test.each([
  [30_000, 'warning', /^the API server's clock is (29|30|31) s ahead of this machine's/],
  [-600_000, 'problem', /^the API server's clock is (599|600|601) s behind this machine's/],
])('a clock that is off by %i ms is a %s', async (skewMs, state, message) => {
  api.clockSkewMs = skewMs
  const { about } = await examine()
  api.clockSkewMs = 0
  expect(about('clock')).toMatchObject([{ state, message: expect.stringMatching(message), fixes: [expect.stringContaining('NTP')] }])
})

test('with Hubble relay in the cluster the commands that lead to it are there', async () => {
  api.objects.put(RELAY)
  const { about } = await examine()
  expect(about('flows')[0]?.fixes).toEqual([
    'kubectl -n kube-system port-forward svc/hubble-relay 4245:80 &',
    'npx sluice serve --flows hubble:127.0.0.1:4245',
  ])
})

test('a certificate that is not checked is mentioned', async () => {
  const config = JSON.parse(api.kubeconfig())
  config.clusters[0].cluster = { server: config.clusters[0].cluster.server, 'insecure-skip-tls-verify': true }
  const { exitCode, stdout } = await runMain(
    ['doctor', '--kubeconfig', workspace.file('unchecked', JSON.stringify(config))],
    workspace.folder,
  )
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('(insecure-skip-tls-verify): who answers may be anybody')])
})

test('a source that is named is looked at', async () => {
  workspace.file('flows.jsonl', '{}\n')
  const sources = (await examine('everything', ['--flows', 'file:flows.jsonl', '--flows', 'file:absent.jsonl', '--flows', 'ingest'])).about(
    'flows',
  )
  expect(sources.map(({ state }) => state)).toEqual(['ok', 'problem', 'ok'])
})

test('a token that is not accepted ends it with what to do', async () => {
  const user = { name: 'jo', token: 'old', rules: 'everything' } as const
  api.users = [{ ...user, token: 'new' }]
  const kubeconfig = workspace.file('old', api.kubeconfig(user))
  const { exitCode, stdout } = await runMain(['doctor', '--kubeconfig', kubeconfig], workspace.folder)
  expect(exitCode).toBe(1)
  expect(stdout).toContain('PROBLEM  credentials  the API server does not accept our credentials (401)\n')
  expect(stdout).toContain('→ log in again as your provider says')
  expect(stdout).toMatch(/\n1 problem, 0 warnings\.\n$/)
})

test('a server that is not there, a plugin that is missing and no kubeconfig at all each say what to do', async () => {
  const gone = workspace.file('gone', api.kubeconfig().replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1'))
  const unreachable = await runMain(['doctor', '--kubeconfig', gone], workspace.folder)
  expect([unreachable.exitCode, unreachable.stdout]).toEqual([1, expect.stringContaining('nobody listens there (connection refused)')])
  expect(unreachable.stdout).toContain('kubectl --context fake get --raw /version')

  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-login', interactiveMode: 'Never' }
  const withPlugin = JSON.parse(api.kubeconfig())
  withPlugin.users[0].user = { exec }
  const plugin = await runMain(['doctor', '--kubeconfig', workspace.file('plugin', JSON.stringify(withPlugin))], workspace.folder)
  expect(plugin.stdout).toContain('PROBLEM  credentials  the credential plugin "no-such-login" is not installed')
  expect(plugin.stdout).toContain('→ run it by hand and look what it says: no-such-login')

  const nothing = await runMain(['doctor'], workspace.folder, { HOME: workspace.folder })
  expect([nothing.exitCode, nothing.stdout]).toEqual([1, expect.stringMatching(/^PROBLEM {2}cluster {2}no context in /)])
})

test('a pod without an account is told so, also where there is a kubeconfig', async () => {
  const { exitCode, stdout } = await runMain(['doctor', '--cluster', 'in-cluster'], workspace.folder, {
    KUBECONFIG: workspace.file('kubeconfig', api.kubeconfig()),
  })
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^PROBLEM {2}cluster {2}--cluster in-cluster: not in a pod/)])
})

test('the demo and manifests need no API server', async () => {
  const { exitCode, stdout } = await runMain(['doctor', '--cluster', 'demo'], workspace.folder)
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('the built-in demo; no API server is asked')])
  expect(stdout).toMatch(/Everything is fine\.\n$/)
})

test('an unknown form of output is refused', async () => {
  const { exitCode, stderr } = await runMain(['doctor', '-o', 'xml'], workspace.folder, {})
  expect([exitCode, stderr]).toEqual([2, '--output must be one of text, json, not "xml"\n'])
})
