import { rmSync, writeFileSync } from 'node:fs'
import type { Http2ServerResponse } from 'node:http2'
import { createServer } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { CertificateAuthority } from '@/testing/fake-api/certificate'
import { KubeconfigFolder } from '../kubeconfig/testing/kubeconfig-folder'
import type { ConnectionSettings } from './connection-settings'
import { type ApiStandIn, SERVER, textOf } from './testing/api-stand-in'
import { aServer, atEnd, connected, failureOf } from './testing/with-server'

const HOUR_MS = 3_600_000

function aFolder(): KubeconfigFolder {
  const folder = new KubeconfigFolder()
  atEnd(() => folder.remove())
  return folder
}

function failure(server: ApiStandIn, more: Partial<ConnectionSettings> = {}) {
  return failureOf(connected(server.settings(more)).request({ path: '/' }))
}

async function works(server: ApiStandIn, more: Partial<ConnectionSettings>): Promise<void> {
  expect(await textOf((await connected(server.settings(more)).request({ path: '/' })).body)).toBe('ok')
}

test('a certificate of an authority that is not named is refused', async () => {
  const server = await aServer()
  const other = new CertificateAuthority()
  for (const trust of [{ kind: 'system' }, { kind: 'authorities', pem: { kind: 'inline', text: other.certificate } }] as const) {
    const { fault, message } = await failure(server, { trust })
    expect([fault, message]).toEqual(['tls', expect.stringContaining('x509: certificate signed by unknown authority')])
  }
  await works(server, { trust: { kind: 'anything' } })
})

test('authorities of the system count where the settings name none', async () => {
  const server = await aServer()
  const environment = { SSL_CERT_FILE: aFolder().file('system.pem', server.authority.certificate) }
  const connection = connected(server.settings({ trust: { kind: 'system' } }), { environment })
  expect((await connection.request({ path: '/' })).status).toBe(200)
})

test('a certificate for another name is refused with its names, and tls-server-name says which to expect', async () => {
  const authority = new CertificateAuthority()
  const server = await aServer({
    authority,
    issued: authority.issue({ commonName: 'server', hosts: ['kubernetes.default.svc', '10.96.0.1'] }),
  })
  const { fault, message } = await failure(server)
  expect(fault).toBe('tls')
  expect(message).toContain('its certificate is for kubernetes.default.svc, 10.96.0.1, not for this name')
  await works(server, { serverName: 'kubernetes.default.svc' })
  await works(server, { serverName: '10.96.0.1' })
  expect((await failure(server, { serverName: 'other.svc' })).fault).toBe('tls')
})

test.each([
  ['has expired', { notBefore: Date.now() - 2 * HOUR_MS, notAfter: Date.now() - HOUR_MS }],
  ['is not valid yet', { notBefore: Date.now() + HOUR_MS }],
])('a certificate that %s is refused with the reason', async (reason, times) => {
  const authority = new CertificateAuthority()
  const server = await aServer({ authority, issued: authority.issue({ ...SERVER, ...times }) })
  const { fault, message } = await failure(server)
  expect([fault, message]).toEqual(['tls', expect.stringContaining(`its certificate ${reason}`)])
})

test('a port that does not speak TLS is told apart', async () => {
  const server = await aServer()
  const plain = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  atEnd(() => plain.close())
  const address = plain.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { fault, message } = await failure(server, { server: `https://127.0.0.1:${port}` })
  expect([fault, message]).toEqual(['tls', expect.stringContaining('does not speak TLS')])
})

test('a server that says nothing at all is a time-out', async () => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  atEnd(() => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const server = await aServer()
  const connection = connected(server.settings({ server: `https://127.0.0.1:${port}` }), { connectTimeoutMs: 50 })
  const { fault, message } = await failureOf(connection.request({ path: '/' }))
  expect([fault, message]).toEqual(['timeout', `https://127.0.0.1:${port} does not answer (no connection within 0.05 s)`])
})

test('nobody there, and no such name', async () => {
  const server = await aServer()
  await server.stop()
  expect(await failure(server)).toMatchObject({
    fault: 'unreachable',
    message: `https://127.0.0.1:${server.port} cannot be reached: nobody listens there (connection refused)`,
  })
  expect((await failure(server, { server: 'https://no-such-name.invalid:6443' })).fault).toBe('unreachable')
})

/** A server that asks for a certificate of `authority` and answers with the name in it. */
async function aServerThatKnows(authority: CertificateAuthority, isStrict = true): Promise<ApiStandIn> {
  const server = await aServer({ requestCert: true, rejectUnauthorized: isStrict, ca: authority.certificate })
  server.handler = (request, response) => {
    const { socket } = 'stream' in request && request.stream.session ? request.stream.session : request
    response.end(String((socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody'))
  }
  return server
}

function inline({
  certificate,
  key,
}: {
  readonly certificate: string
  readonly key: string
}): Pick<ConnectionSettings, 'clientCertificate'> {
  return { clientCertificate: { certificate: { kind: 'inline', text: certificate }, key: { kind: 'inline', text: key } } }
}

test('a client certificate says who we are', async () => {
  const authority = new CertificateAuthority()
  const server = await aServerThatKnows(authority)
  const connection = connected(server.settings(inline(authority.issue({ commonName: 'jo', organization: 'dev' }))))
  expect(await textOf((await connection.request({ path: '/' })).body)).toBe('jo')
})

test.each([1, 2] as const)('HTTP/%s: without a client certificate where one is wanted the server says so', async (http) => {
  const server = await aServer({ http, requestCert: true, rejectUnauthorized: true, ca: new CertificateAuthority().certificate })
  const { fault, message } = await failure(server)
  expect([fault, message]).toEqual(['tls', expect.stringContaining('wants a client certificate')])
})

test('a certificate and a key that cannot be used are named', async () => {
  const authority = new CertificateAuthority()
  const server = await aServerThatKnows(authority)
  const [one, other] = [authority.issue({ commonName: 'jo' }), authority.issue({ commonName: 'jo' })]
  expect(await failure(server, inline({ ...one, key: other.key }))).toMatchObject({
    fault: 'credentials',
    message: expect.stringContaining('do not belong together'),
  })
  expect(await failure(server, inline({ ...one, key: 'rubbish' }))).toMatchObject({
    fault: 'credentials',
    message: expect.stringContaining('the client-key is not PEM'),
  })
  const absent: ConnectionSettings['clientCertificate'] = {
    certificate: { kind: 'file', path: '/absent/client.crt' },
    key: { kind: 'inline', text: one.key },
  }
  expect(await failure(server, { clientCertificate: absent })).toMatchObject({
    fault: 'credentials',
    message: 'the client-certificate /absent/client.crt: there is no such file',
  })
  expect(await failure(server, { trust: { kind: 'authorities', pem: { kind: 'inline', text: 'rubbish' } } })).toMatchObject({
    fault: 'tls',
    message: 'the certificate-authority is not PEM: it has no "-----BEGIN" line',
  })
})

test('a client certificate that was exchanged is used for what comes, and what runs is not cut', async () => {
  const authority = new CertificateAuthority()
  const server = await aServerThatKnows(authority)
  const answer = server.handler
  server.handler = (request, response) => {
    if (request.url === '/watch') (response as Http2ServerResponse).write('begun')
    else answer(request, response)
  }
  const folder = aFolder()
  const write = (commonName: string) => {
    const { certificate, key } = authority.issue({ commonName })
    return [folder.file('client.crt', certificate), folder.file('client.key', key)] as const
  }
  const [certificate, key] = write('before')
  let now = 0
  const settings = server.settings({
    clientCertificate: { certificate: { kind: 'file', path: certificate }, key: { kind: 'file', path: key } },
  })
  const connection = connected(settings, { now: () => now })
  const name = async () => textOf((await connection.request({ path: '/' })).body)
  const watch = await connection.request({ path: '/watch' })
  const chunks = watch.body[Symbol.asyncIterator]()
  expect(Buffer.from((await chunks.next()).value ?? []).toString()).toBe('begun')
  expect(await name()).toBe('before')

  write('after')
  now += 60_000
  expect(await name()).toBe('after')
  expect(server.connections).toBe(2)
  let hasEnded = false
  const mark = () => {
    hasEnded = true
  }
  void chunks.next().then(mark, mark)
  expect(await name()).toBe('after')
  expect(hasEnded).toBe(false)

  // While the files are being exchanged, the connection there is goes on.
  rmSync(key)
  now += 60_000
  expect(await name()).toBe('after')
})

test('authorities in a file are read again for every connection', async () => {
  const [before, after] = [new CertificateAuthority('before'), new CertificateAuthority('after')]
  const path = aFolder().file('ca.crt', before.certificate)
  const server = await aServer({ authority: before, issued: before.issue(SERVER) })
  const connection = connected(server.settings({ trust: { kind: 'authorities', pem: { kind: 'file', path } } }))
  expect((await connection.request({ path: '/' })).status).toBe(200)
  server.use(after.issue(SERVER))
  for (const socket of server.sockets) socket.destroy()
  // The end of the old connection may not have arrived yet.
  const first = await connection.request({ path: '/' }).then(
    () => null,
    (error: Error) => error.message,
  )
  expect(first).toMatch(/unknown authority|lost/)
  writeFileSync(path, before.certificate + after.certificate)
  expect((await connection.request({ path: '/' })).status).toBe(200)
})
