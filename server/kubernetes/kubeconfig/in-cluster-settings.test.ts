import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hasInClusterAccount, inClusterSettings } from './in-cluster-settings'
import { KubeconfigFolder } from './testing/kubeconfig-folder'

const folder = new KubeconfigFolder()
afterAll(() => folder.remove())

const ENVIRONMENT = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }

test('the account of a pod is its token, its authorities and its namespace', () => {
  const [token, authority] = [folder.file('token', 't'), folder.file('ca.crt', 'PEM')]
  folder.file('namespace', 'tools\n')
  expect(inClusterSettings(ENVIRONMENT, folder.path)).toEqual({
    ok: true,
    value: {
      name: 'in-cluster',
      server: 'https://[fd00::1]:443',
      trust: { kind: 'authorities', pem: { kind: 'file', path: authority } },
      serverName: null,
      proxy: null,
      clientCertificate: null,
      credentials: { kind: 'token-file', path: token, fallback: null },
      impersonation: new Map(),
      namespace: 'tools',
    },
  })
  expect(hasInClusterAccount(ENVIRONMENT, folder.path)).toBe(true)
  expect(hasInClusterAccount({}, folder.path)).toBe(false)
})

test('a pod without an account is told apart from no pod', () => {
  expect(inClusterSettings({})).toMatchObject({ ok: false, error: expect.stringContaining('not in a pod') })
  rmSync(join(folder.path, 'token'), { force: true })
  expect(inClusterSettings(ENVIRONMENT, folder.path)).toMatchObject({ ok: false, error: expect.stringContaining('no account') })
})
