import { afterAll, expect, test } from 'vitest'
import { pluginCommand } from '../connection/connection-settings'
import { contextSettings } from './context-settings'
import { listContexts } from './list-contexts'
import { parseKubeconfig } from './parse-kubeconfig'
import { aKubeconfig, KubeconfigFolder } from './testing/kubeconfig-folder'

const folder = new KubeconfigFolder()
afterAll(() => folder.remove())

function parsed(text: string) {
  const read = parseKubeconfig(text, '/etc/kube/config')
  if (!read.ok) throw new Error(read.error)
  return read.value
}

function settings(cluster: string, user?: string, context?: string) {
  const found = contextSettings(parsed(aKubeconfig(cluster, user, context)), 'x')
  if (!found.ok) throw new Error(found.error)
  return found.value
}

function refusal(cluster: string, user?: string): string {
  const found = contextSettings(parsed(aKubeconfig(cluster, user)), 'x')
  return found.ok ? 'accepted' : found.error
}

const A = '{ server: "https://a:6443" }'
const V1 = 'apiVersion: client.authentication.k8s.io/v1'

test.each([
  ['https://a', 'https://a:443'],
  ['https://a:6443/', 'https://a:6443'],
  ['https://rancher.example/k8s/clusters/c-1/', 'https://rancher.example:443/k8s/clusters/c-1'],
  ['https://[fd00::1]:6443', 'https://[fd00::1]:6443'],
  ['HTTPS://A:1', 'https://a:1'],
  ['http://localhost', 'http://localhost:80'],
  ['10.0.0.1:8080', 'http://10.0.0.1:8080'],
  ['localhost:8080', 'http://localhost:8080'],
])('the server %s is %s', (written, server) => {
  expect(settings(`{ server: "${written}" }`).server).toBe(server)
})

test('a bare context has the system trust, no proxy, no credentials and the namespace default', () => {
  expect(settings(A)).toEqual({
    name: 'x',
    server: 'https://a:6443',
    trust: { kind: 'system' },
    serverName: null,
    proxy: null,
    clientCertificate: null,
    credentials: { kind: 'none' },
    impersonation: new Map(),
    namespace: 'default',
  })
  expect(settings(A, '{}', ', namespace: shop').namespace).toBe('shop')
})

test('authorities and certificates are data or files', () => {
  const inline = Buffer.from('PEM').toString('base64')
  const cluster = `{ server: "https://a", certificate-authority-data: ${inline}, tls-server-name: kubernetes, proxy-url: "socks5://p:1" }`
  const user = `{ client-certificate: /a.crt, client-key-data: ${inline} }`
  expect(settings(cluster, user)).toMatchObject({
    trust: { kind: 'authorities', pem: { kind: 'inline', text: 'PEM' } },
    serverName: 'kubernetes',
    proxy: 'socks5://p:1',
    clientCertificate: { certificate: { kind: 'file', path: '/a.crt' }, key: { kind: 'inline', text: 'PEM' } },
  })
  expect(settings('{ server: "https://a", insecure-skip-tls-verify: true }').trust).toEqual({ kind: 'anything' })
})

test.each([
  ['{ token: t }', { kind: 'token', token: 't' }],
  ['{ token: t, tokenFile: /f }', { kind: 'token-file', path: '/f', fallback: 't' }],
  ['{ username: jo, password: p }', { kind: 'basic', username: 'jo', password: 'p' }],
  [`{ token: t, exec: { ${V1}, command: c, interactiveMode: Never } }`, { kind: 'token', token: 't' }],
])('the credentials of %s', (user, credentials) => {
  expect(settings(A, user).credentials).toEqual(credentials)
})

test('a plugin carries what it is told, and its command is shown as a shell would take it', () => {
  const exec = `{ ${V1}, command: aws, args: [eks, get-token, --cluster-name, "it's mine"], interactiveMode: IfAvailable,
    env: [{ name: AWS_PROFILE, value: prod }], installHint: "Install it.", provideClusterInfo: true }`
  const cluster = `{ server: "https://a:1", tls-server-name: b, extensions: [{ name: client.authentication.k8s.io/exec, extension: { audience: x } }] }`
  const { credentials } = settings(cluster, `{ exec: ${exec} }`)
  if (credentials.kind !== 'plugin') throw new Error(credentials.kind)
  expect(credentials.plugin).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'aws',
    args: ['eks', 'get-token', '--cluster-name', "it's mine"],
    env: [{ name: 'AWS_PROFILE', value: 'prod' }],
    wantsTerminal: false,
    installHint: 'Install it.',
    clusterInfo: new Map<string, unknown>([
      ['server', 'https://a:1'],
      ['tls-server-name', 'b'],
      ['config', { audience: 'x' }],
    ]),
  })
  expect(pluginCommand(credentials.plugin)).toBe(`aws eks get-token --cluster-name 'it'\\''s mine'`)
})

test('borrowed rights become headers', () => {
  const user = '{ token: t, as: jo, as-uid: "7", as-groups: [dev, ops], as-user-extra: { Team/x: [a, b] } }'
  expect([...settings(A, user).impersonation]).toEqual([
    ['impersonate-user', 'jo'],
    ['impersonate-uid', '7'],
    ['impersonate-group', ['dev', 'ops']],
    ['impersonate-extra-team%2fx', ['a', 'b']],
  ])
})

test.each([
  ['{ server: "" }', '{}', 'the cluster "c" has no server'],
  ['{ server: "ftp://a" }', '{}', 'the server "ftp://a" of the cluster "c" is not an address such as https://HOST:6443'],
  [
    '{ server: "https://a", certificate-authority: /a, certificate-authority-data: YQ== }',
    '{}',
    'certificate-authority of the cluster "c" is there as data and as a file; only one of them can hold',
  ],
  [
    '{ server: "https://a", certificate-authority: /a, insecure-skip-tls-verify: true }',
    '{}',
    'the cluster "c" has a certificate-authority and insecure-skip-tls-verify; only one of them can hold',
  ],
  ['{ server: "https://a", proxy-url: "p:1" }', '{}', 'the proxy-url of the cluster "c" is not a URL'],
  ['{ server: "https://a", proxy-url: "jo:s3cret@p:1" }', '{}', 'the proxy-url of the cluster "c" is not a URL'],
  ['{ server: "ftp://jo:s3cret@a" }', '{}', 'the server "ftp://***@a" of the cluster "c" is not an address such as https://HOST:6443'],
  [
    '{ server: "https://a", proxy-url: "ftp://p:1" }',
    '{}',
    'the proxy-url of the cluster "c" must begin with http, https or socks5, not "ftp://"',
  ],
  [A, '{ client-certificate: /a }', 'the user "u" has a client-certificate without a client-key'],
  [A, '{ token: t, username: jo }', 'the user "u" has a token and a username; only one of them can hold'],
  [
    A,
    '{ auth-provider: { name: gcp } }',
    'the user "u" has the auth-provider "gcp", which Sluice does not know; use a credential plugin (exec)',
  ],
  [A, '{ as-uid: "1" }', 'the user "u" asks for a uid, groups or extra of another user without naming it (as)'],
  [A, `{ exec: { ${V1}, command: c } }`, 'the exec plugin of the user "u" has no interactiveMode'],
  [A, `{ exec: { ${V1}, interactiveMode: Never } }`, 'the exec plugin of the user "u" has no command'],
  [
    A,
    '{ exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: c } }',
    'the exec plugin of the user "u" has the apiVersion "client.authentication.k8s.io/v1alpha1"; known are client.authentication.k8s.io/v1 and v1beta1',
  ],
])('%s with %s is refused', (cluster, user, message) => {
  expect(refusal(cluster, user)).toBe(message)
})

test('a context that is not there, or names what is not there, is refused by name', () => {
  const kubeconfig = parsed('contexts: [{ name: b, context: { cluster: gone } }, { name: a, context: { cluster: gone, user: nobody } }]\n')
  const problem = (name: string) => {
    const found = contextSettings(kubeconfig, name)
    return found.ok ? null : found.error
  }
  expect(problem('c')).toBe('there is no context "c"; there are "b", "a"')
  expect(problem('a')).toBe('context "a" names the cluster "gone", which is not there')
  const user = parsed(
    'clusters: [{ name: c, cluster: { server: "https://a" } }]\ncontexts: [{ name: a, context: { cluster: c, user: nobody } }]\n',
  )
  expect(contextSettings(user, 'a')).toEqual({ ok: false, error: 'context "a" names the user "nobody", which is not there' })
})

test('contexts are listed by name with what is known of each', () => {
  const exec = `{ exec: { ${V1}, command: login, args: [--quiet], interactiveMode: Never } }`
  const kubeconfig = parsed(
    aKubeconfig(A, exec).replace('contexts: [', 'contexts: [{ name: broken, context: { cluster: gone, user: u, namespace: shop } }, '),
  )
  expect(listContexts(kubeconfig)).toEqual([
    {
      name: 'broken',
      cluster: 'gone',
      user: 'u',
      namespace: 'shop',
      server: '',
      isCurrent: false,
      runs: null,
      problem: 'context "broken" names the cluster "gone", which is not there',
    },
    {
      name: 'x',
      cluster: 'c',
      user: 'u',
      namespace: 'default',
      server: 'https://a:6443',
      isCurrent: true,
      runs: 'login --quiet',
      problem: null,
    },
  ])
})
