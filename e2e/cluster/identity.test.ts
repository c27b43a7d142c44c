import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConnection } from '@/server/kubernetes/connection/open-connection'
import { contextSettings } from '@/server/kubernetes/kubeconfig/context-settings'
import { kubeconfigFiles } from '@/server/kubernetes/kubeconfig/kubeconfig-files'
import { readKubeconfig } from '@/server/kubernetes/kubeconfig/read-kubeconfig'
import { CertificateAuthority } from '@/testing/fake-api/certificate'
import { type ControlPlane, startControlPlane } from './control-plane'
import { makeToken } from './service-account'

/** The same kubeconfig makes us, and kubectl where it is installed, the same user to a real API server. */

const folder = mkdtempSync(join(tmpdir(), 'sluice-identity-'))
const authority = new CertificateAuthority('of clients')
let plane: ControlPlane
let token = ''
let hasKubectl = false

beforeAll(async () => {
  plane = await startControlPlane({ apiServerFlags: { 'client-ca-file': file('clients.crt', authority.certificate) } })
  token = await makeToken(plane, 'default', 'reader')
  hasKubectl = (await kubectl('/dev/null', ['version', '--client'])).exitCode === 0
})
afterAll(async () => {
  await plane?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

function kubectl(kubeconfig: string, args: readonly string[]): Promise<{ exitCode: number; stdout: string }> {
  return new Promise((resolve) => {
    const environment = { ...process.env, KUBECONFIG: kubeconfig }
    execFile('kubectl', [...args], { env: environment, cwd: folder, timeout: 30_000 }, (error, stdout) => {
      resolve({ exitCode: error === null ? 0 : 1, stdout })
    })
  })
}

/** Who we are to the server; a status where it does not say. */
async function whoWeAre(kubeconfig: string): Promise<unknown> {
  const read = readKubeconfig(kubeconfigFiles(null, { KUBECONFIG: kubeconfig }, folder))
  const settings = read.ok ? contextSettings(read.value, read.value.currentContext) : read
  if (!settings.ok) return 'refused'
  const connection = openConnection(settings.value, { allowsPlugins: true })
  try {
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })
    const answer = await connection.request({ path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', method: 'POST', body })
    const parts: Uint8Array[] = []
    for await (const part of answer.body) parts.push(part)
    return answer.status === 201 ? identityOf(Buffer.concat(parts).toString()) : 'refused'
  } finally {
    connection.close()
  }
}

async function whoKubectlIs(kubeconfig: string): Promise<unknown> {
  const { exitCode, stdout } = await kubectl(kubeconfig, ['auth', 'whoami', '-o', 'json'])
  return exitCode === 0 ? identityOf(stdout) : 'refused'
}

/** Without what is new with every connection. */
function identityOf(json: string): unknown {
  const { username, groups } = JSON.parse(json).status.userInfo
  return { username, groups }
}

function aKubeconfig(name: string, user: object, cluster: object = {}): string {
  const trust = { server: `https://127.0.0.1:${plane.port}`, 'certificate-authority': plane.caFile, ...cluster }
  const config = {
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: trust }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  }
  return file(name, JSON.stringify(config))
}

/** Our identity, which has to be kubectl's where that is installed. */
async function identity(kubeconfig: string): Promise<unknown> {
  const ours = await whoWeAre(kubeconfig)
  if (hasKubectl) expect(ours).toEqual(await whoKubectlIs(kubeconfig))
  return ours
}

const reader = expect.objectContaining({ username: 'system:serviceaccount:default:reader' })
const jo = { username: 'jo', groups: ['dev', 'system:authenticated'] }

test('a token, in the kubeconfig or in a file beside it', async () => {
  expect(await identity(aKubeconfig('a', { token }))).toEqual(reader)
  file('tokens/reader', `${token}\n`)
  expect(await identity(aKubeconfig('a', { tokenFile: 'tokens/reader' }))).toEqual(reader)
  expect(await identity(aKubeconfig('a', { token: 'the-administrator', tokenFile: 'tokens/reader' }))).toEqual(reader)
  expect(await identity(aKubeconfig('a', { token: 'nobody' }))).toBe('refused')
})

test('a client certificate, as data and as files', async () => {
  const { certificate, key } = authority.issue({ commonName: 'jo', organization: 'dev' })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  expect(await identity(aKubeconfig('b', { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) }))).toEqual(jo)
  file('pki/jo.crt', certificate)
  file('pki/jo.key', key)
  expect(await identity(aKubeconfig('b', { 'client-certificate': 'pki/jo.crt', 'client-key': './pki/jo.key' }))).toEqual(jo)
  const old = authority.issue({ commonName: 'jo', notBefore: Date.now() - 7_200_000, notAfter: Date.now() - 3_600_000 })
  const expired = { 'client-certificate-data': base64(old.certificate), 'client-key-data': base64(old.key) }
  expect(await identity(aKubeconfig('b', expired))).toBe('refused')
})

test('a credential plugin, for a token and for a certificate', async () => {
  const printing = (name: string, status: object) => {
    const printed = JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })
    const script = file(name, `console.log(${JSON.stringify(printed)})`)
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script], interactiveMode: 'Never' }
    return aKubeconfig(`${name}.kubeconfig`, { exec })
  }
  expect(await identity(printing('token.mjs', { token }))).toEqual(reader)
  const { certificate, key } = authority.issue({ commonName: 'jo', organization: 'dev' })
  expect(await identity(printing('certificate.mjs', { clientCertificateData: certificate, clientKeyData: key }))).toEqual(jo)
})

test("somebody else's rights", async () => {
  const as = { token: 'the-administrator', as: 'ann', 'as-groups': ['ops', 'night'] }
  expect(await identity(aKubeconfig('c', as))).toEqual({ username: 'ann', groups: ['ops', 'night', 'system:authenticated'] })
})

test('of two files the first counts, whole', async () => {
  const first = aKubeconfig('first', { token })
  const second = aKubeconfig('second', { token: 'the-administrator', as: 'ann' }, { server: 'https://127.0.0.1:1' })
  expect(await identity([first, join(folder, 'absent'), second].join(delimiter))).toEqual(reader)
})

test('what kubectl refuses is refused', async () => {
  expect(await identity(aKubeconfig('d', { token, username: 'jo' }))).toBe('refused')
  expect(await identity(aKubeconfig('d', { token }, { 'insecure-skip-tls-verify': true }))).toBe('refused')
  expect(await identity(file('twice', JSON.stringify({ users: [{ name: 'a' }, { name: 'a' }] })))).toBe('refused')
})
