import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CertificateAuthority } from '@/testing/fake-api/certificate'
import { KubeconfigFolder } from '../kubeconfig/testing/kubeconfig-folder'
import { SERVER, textOf } from './testing/api-stand-in'
import { aHttpProxy, aSocksProxy } from './testing/proxies'
import { aServer, atEnd, connected, failureOf } from './testing/with-server'

/** A server by a name that only the proxy can reach. */
const BEHIND = 'https://kubernetes.default.svc:6443'

test.each([
  ['http', '', null],
  ['http', 'jo:p%40ss@', 'jo:p@ss'],
  ['socks5', '', null],
  ['socks5', 'jo:p%40ss@', 'jo:p@ss'],
])('through a proxy of %s://%s', async (scheme, name, login) => {
  const server = await aServer()
  const manners = { target: server.port, login }
  const proxy = scheme === 'http' ? await aHttpProxy(manners) : await aSocksProxy(manners)
  const settings = server.settings({ server: BEHIND, proxy: `${scheme}://${name}127.0.0.1:${proxy.port}` })
  const connection = connected(settings)
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('ok')
  expect(proxy.asked).toEqual([`${scheme === 'http' ? '' : 'name '}kubernetes.default.svc:6443`])
})

test.each([1, 2] as const)('HTTP/%s through a proxy that speaks TLS itself', async (http) => {
  const server = await aServer({ http })
  const authority = new CertificateAuthority('of the proxy')
  const proxy = await aHttpProxy({ target: server.port }, authority.issue({ commonName: 'server', hosts: ['127.0.0.1'] }))
  const folder = new KubeconfigFolder()
  atEnd(() => folder.remove())
  const environment = { SSL_CERT_FILE: folder.file('system.pem', authority.certificate) }
  const settings = server.settings({ server: BEHIND, proxy: `https://127.0.0.1:${proxy.port}` })
  expect(await textOf((await connected(settings, { environment }).request({ path: '/' })).body)).toBe('ok')
  writeFileSync(environment.SSL_CERT_FILE, new CertificateAuthority().certificate)
  const failure = await failureOf(connected(settings, { environment }).request({ path: '/' }))
  expect([failure.fault, failure.message]).toEqual([
    'tls',
    expect.stringContaining(`the proxy https://127.0.0.1:${proxy.port}: its certificate`),
  ])
})

test('the proxy of the environment is taken when the settings name none', async () => {
  const server = await aServer()
  const proxy = await aHttpProxy({ target: server.port })
  const environment = { HTTPS_PROXY: `127.0.0.1:${proxy.port}` }
  const connection = connected(server.settings({ server: BEHIND }), { environment })
  expect((await connection.request({ path: '/' })).status).toBe(200)
  expect(proxy.asked).toEqual(['kubernetes.default.svc:6443'])
})

test('addresses go to a SOCKS5 proxy as addresses', async () => {
  const server = await aServer()
  const proxy = await aSocksProxy({ target: server.port })
  const through = (address: string) =>
    connected(server.settings({ server: address, serverName: 'localhost', proxy: `socks5://127.0.0.1:${proxy.port}` }))
  await through('https://10.1.2.3:6443').request({ path: '/' })
  await through('https://[fd00:1::2]:6443').request({ path: '/' })
  expect(proxy.asked).toEqual(['address 10.1.2.3:6443', 'address 253.0.0.1.0.0.0.0.0.0.0.0.0.0.0.2:6443'])
})

test.each([
  ['http', 'wants another name and password (407)'],
  ['socks5', 'wants a name and password'],
])('a %s proxy that wants a password says so', async (scheme, message) => {
  const server = await aServer()
  const manners = { target: server.port, login: 'jo:secret' }
  const proxy = scheme === 'http' ? await aHttpProxy(manners) : await aSocksProxy(manners)
  const ask = (name: string) =>
    failureOf(connected(server.settings({ server: BEHIND, proxy: `${scheme}://${name}127.0.0.1:${proxy.port}` })).request({ path: '/' }))
  const failure = await ask('')
  expect([failure.fault, failure.message]).toEqual(['unreachable', `the proxy 127.0.0.1:${proxy.port} ${message}`])
  expect((await ask('jo:wrong-secret@')).message).not.toContain('secret')
})

test.each(['http', 'socks5'])('a %s proxy that does not reach the server says so', async (scheme) => {
  const server = await aServer()
  await server.stop()
  const proxy = scheme === 'http' ? await aHttpProxy() : await aSocksProxy()
  const failure = await failureOf(connected(server.settings({ proxy: `${scheme}://127.0.0.1:${proxy.port}` })).request({ path: '/' }))
  expect([failure.fault, failure.message]).toEqual([
    'unreachable',
    expect.stringContaining(`does not connect to 127.0.0.1:${server.port}: `),
  ])
})

test.each(['http', 'https', 'socks5'])('a %s proxy that is not there is told apart from the server', async (scheme) => {
  const server = await aServer()
  const proxy = await aHttpProxy()
  const absent = await aServer()
  await absent.stop()
  const failure = await failureOf(connected(server.settings({ proxy: `${scheme}://127.0.0.1:${absent.port}` })).request({ path: '/' }))
  expect([failure.fault, failure.message]).toEqual([
    'unreachable',
    `the proxy ${scheme}://127.0.0.1:${absent.port} cannot be reached: nobody listens there (connection refused)`,
  ])
  expect(proxy.asked).toEqual([])
})

test('a SOCKS5 proxy that is something else says so', async () => {
  const server = await aServer()
  const proxy = await aHttpProxy()
  const failure = await failureOf(
    connected(server.settings({ proxy: `socks5://127.0.0.1:${proxy.port}` }), { connectTimeoutMs: 1_000 }).request({ path: '/' }),
  )
  expect(failure.fault).toBe('unreachable')
  expect(SERVER.hosts).toContain('127.0.0.1')
})

test.each(['http://[', 'ftp://proxy.example:3128'])(
  'a proxy of the environment that is none (%s) is a sentence that does not show it',
  async (proxy) => {
    const settings = (await aServer()).settings({ server: 'https://api.example:6443' })
    const connection = connected(settings, { environment: { HTTPS_PROXY: proxy } })
    const { fault, message } = await failureOf(connection.request({ path: '/' }))
    expect([fault, message]).toEqual(['unreachable', 'the proxy of HTTPS_PROXY is no URL that begins with http, https or socks5'])
  },
)
