import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findLiveCluster } from './find-live-cluster'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-kubeconfig-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function kubeconfig(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const STAGING = `
apiVersion: v1
kind: Config
current-context: staging
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:6443" } }]
users: [{ name: u, user: {} }]
contexts: [{ name: staging, context: { cluster: c, user: u } }]
`

test('without account and kubeconfig there is none', async () => {
  expect(await findLiveCluster({ HOME: folder })).toBeNull()
  expect(await findLiveCluster({ HOME: folder, KUBECONFIG: join(folder, 'absent') })).toBeNull()
})

test('an account of a pod comes first', async () => {
  expect(await findLiveCluster({ KUBERNETES_SERVICE_HOST: '10.96.0.1', HOME: folder })).toBe('an in-cluster account')
})

test('the current context is named, also out of a list of files', async () => {
  const path = kubeconfig('staging', STAGING)
  expect(await findLiveCluster({ HOME: folder, KUBECONFIG: `${join(folder, 'absent')}:${path}` })).toBe('the kubeconfig context "staging"')
})

test('a file that is no kubeconfig is said to be unreadable', async () => {
  const path = kubeconfig('broken', 'clusters: [\n')
  expect(await findLiveCluster({ HOME: folder, KUBECONFIG: path })).toMatch(/^a kubeconfig that cannot be read/)
})
