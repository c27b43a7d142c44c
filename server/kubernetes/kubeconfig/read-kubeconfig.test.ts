import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { kubeconfigFiles } from './kubeconfig-files'
import { readKubeconfig } from './read-kubeconfig'
import { aKubeconfig, KubeconfigFolder } from './testing/kubeconfig-folder'

const folder = new KubeconfigFolder()
afterAll(() => folder.remove())

function merged(...paths: readonly string[]) {
  const read = readKubeconfig({ kind: 'found', paths })
  if (!read.ok) throw new Error(read.error)
  return read.value
}

function refusal(text: string): string {
  const read = readKubeconfig({ kind: 'named', path: folder.file('refused', text) })
  return read.ok ? 'accepted' : read.error.slice(folder.path.length + '/refused: '.length)
}

const FIRST = `
clusters: [{ name: c, cluster: { server: "https://first:1" } }]
users: [{ name: u, user: { token: first } }]
contexts: [{ name: x, context: { cluster: c, user: u, namespace: shop } }]
`
const SECOND = `
current-context: x
clusters: [{ name: c, cluster: { server: "https://second:1", tls-server-name: foo } }, { name: d, cluster: { server: "https://d:1" } }]
users: [{ name: u, user: { username: second, password: p } }]
contexts: [{ name: x, context: { cluster: d, user: u } }, { name: z, context: { cluster: d, user: u } }]
`

test('of entries with one name the first counts as a whole, and the first current context decides', () => {
  const [first, second] = [folder.file('first', FIRST), folder.file('second', SECOND)]
  const { currentContext, contexts, clusters, users } = merged(first, join(folder.path, 'absent'), second)
  expect(currentContext).toBe('x')
  expect(contexts.get('x')).toEqual({ cluster: 'c', user: 'u', namespace: 'shop' })
  expect(contexts.get('z')?.cluster).toBe('d')
  expect(clusters.get('c')).toMatchObject({ server: 'https://first:1', serverName: '' })
  expect(clusters.get('d')?.server).toBe('https://d:1')
  expect(users.get('u')).toMatchObject({ token: 'first', username: '', password: '' })
})

test('relative paths start from the folder of their file, a bare command stays one', () => {
  const files = '{ client-certificate: a.crt, client-key: ../a.key, tokenFile: /run/token }'
  const plugin = (command: string) =>
    `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ${command}, interactiveMode: Never } }`
  const read = (user: string) => merged(folder.file('deep/config', aKubeconfig('{ certificate-authority: pki/ca.crt }', user)))
  expect(read(files).clusters.get('c')?.authorityFile).toBe(join(folder.path, 'deep/pki/ca.crt'))
  expect(read(files).users.get('u')).toMatchObject({
    certificateFile: join(folder.path, 'deep/a.crt'),
    keyFile: join(folder.path, 'a.key'),
    tokenFile: '/run/token',
  })
  expect(read(plugin('./bin/login')).users.get('u')?.exec?.command).toBe(join(folder.path, 'deep/bin/login'))
  expect(read(plugin('aws')).users.get('u')?.exec?.command).toBe('aws')
})

test('JSON, an empty file, comments and a second document are read as kubectl reads them', () => {
  expect(merged(folder.file('json', JSON.stringify({ 'current-context': 'j', clusters: null }))).currentContext).toBe('j')
  expect(merged(folder.file('empty', '')).contexts.size).toBe(0)
  expect(merged(folder.file('comments', '# nothing\n')).contexts.size).toBe(0)
  expect(merged(folder.file('two', 'current-context: one\n---\ncurrent-context: two\n')).currentContext).toBe('one')
  expect(merged(folder.file('yes', aKubeconfig('{ insecure-skip-tls-verify: yes }'))).clusters.get('c')?.skipsVerification).toBe(true)
})

test('unknown fields are ignored', () => {
  const text = 'preferences: { colors: true }\ncurrent-context: x\nextensions: [{ name: minikube, extension: { a: 1 } }]\n'
  expect(merged(folder.file('more', text)).currentContext).toBe('x')
})

test.each([
  ['kind: Pod\n', 'not a kubeconfig: wants apiVersion v1 and kind Config'],
  ['- a\n', 'not a kubeconfig: there is no map at the top'],
  ['clusters: [\n', 'not YAML: '],
  [aKubeconfig('{}', '{ token: 12 }'), 'not a kubeconfig: users[0].user.token: expected string, received number'],
  ['clusters: [{ name: c }, { name: c }]\n', 'the cluster "c" is there twice'],
  ['users: [{ name: c }, { name: c }]\n', 'the user "c" is there twice'],
  ['contexts: [{ name: c }, { name: c }]\n', 'the context "c" is there twice'],
])('%j is refused', (text, message) => {
  expect(refusal(text).startsWith(message)).toBe(true)
})

test('a wrong value is never shown', () => {
  expect(refusal(aKubeconfig('{}', '{ token: [hush-hush] }'))).not.toContain('hush')
  expect(refusal(aKubeconfig('{}', '{ as-groups: hush-hush }'))).not.toContain('hush')
})

test('a kubeconfig that was named must be there, one that was looked for need not', () => {
  const absent = join(folder.path, 'absent')
  expect(readKubeconfig({ kind: 'named', path: absent })).toEqual({ ok: false, error: `${absent}: no such file` })
  expect(merged(absent).contexts.size).toBe(0)
  expect(readKubeconfig({ kind: 'found', paths: [folder.path] })).toEqual({ ok: false, error: `${folder.path}: is a folder, not a file` })
})

test('the files are those of kubectl: the named one, else KUBECONFIG, else the one at home', () => {
  const environment = { HOME: '/home/me', KUBECONFIG: 'a:/b::a' }
  expect(kubeconfigFiles('k', environment, '/folder')).toEqual({ kind: 'named', path: '/folder/k' })
  expect(kubeconfigFiles(null, environment, '/folder')).toEqual({ kind: 'found', paths: ['/folder/a', '/b'] })
  expect(kubeconfigFiles(null, { HOME: '/home/me', KUBECONFIG: '' }, '/folder')).toEqual({
    kind: 'found',
    paths: ['/home/me/.kube/config'],
  })
})
