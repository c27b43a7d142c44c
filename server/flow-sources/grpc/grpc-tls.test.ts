import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { ServerCredentials } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Certificate, CertificateAuthority } from '@/testing/fake-api/certificate'
import { GrpcConnection } from './grpc-connection'
import type { GrpcError } from './grpc-error'
import { startGrpcServer } from './testing/grpc-server'
import type { TlsFiles } from './tls-files'

const cleanups: (() => void)[] = []
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-grpc-tls-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
})
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean()
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function files(authority: CertificateAuthority | null, own: Certificate | null): TlsFiles {
  return {
    ca: authority === null ? null : file('ca.crt', authority.certificate),
    cert: own === null ? null : file('tls.crt', own.certificate),
    key: own === null ? null : file('tls.key', own.key),
  }
}

async function serve(authority: CertificateAuthority, wantsCertificate: boolean, hosts = ['relay.example.com'], port = 0) {
  const own = authority.issue({ commonName: 'relay', hosts })
  const pair = { cert_chain: Buffer.from(own.certificate), private_key: Buffer.from(own.key) }
  const credentials = ServerCredentials.createSsl(Buffer.from(authority.certificate), [pair], wantsCertificate)
  const server = await startGrpcServer({ credentials, port, unary: { '/test.Echo/Say': (call, answer) => answer(null, call.request) } })
  cleanups.push(server.stop)
  return server
}

async function say(port: number, tls: TlsFiles | null, serverName: string | null = 'relay.example.com'): Promise<string> {
  const target = { host: '127.0.0.1', port, tls: tls === null ? null : { ...tls, serverName } }
  const connection = await GrpcConnection.open(target, new AbortController().signal, { connectTimeoutMs: 3_000 })
  try {
    return Buffer.from(await connection.unary('/test.Echo/Say', Buffer.from('hello'), { deadlineMs: 3_000 })).toString()
  } finally {
    connection.close()
  }
}

async function failure(promise: Promise<unknown>): Promise<GrpcError> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )
}

test('TLS and mutual TLS work, with the name of the certificate where it is not that of the address', async () => {
  const authority = new CertificateAuthority()
  const oneSided = await serve(authority, false)
  expect(await say(oneSided.port, files(authority, null))).toBe('hello')
  const mutual = await serve(authority, true)
  expect(await say(mutual.port, files(authority, authority.issue({ commonName: 'sluice' })))).toBe('hello')
  const byAddress = await serve(authority, false, ['127.0.0.1'])
  expect(await say(byAddress.port, files(authority, null), null)).toBe('hello')
})

test('each way in which TLS fails has its own sentence', async () => {
  const authority = new CertificateAuthority()
  const other = new CertificateAuthority('another authority')
  const { port } = await serve(authority, true)
  const own = authority.issue({ commonName: 'sluice' })
  const plain = await startGrpcServer({})
  cleanups.push(plain.stop)

  const unproven = await failure(say(port, files(authority, null)))
  expect([unproven.fault, unproven.message]).toEqual(['tls-certificate', expect.stringMatching(/wants? a client certificate/)])
  const misnamed = await failure(say(port, files(authority, own), 'ui.example.com'))
  const names = 'its certificate is for relay.example.com, not for ui.example.com; name one of its names with --flows-server-name'
  expect([misnamed.fault, misnamed.message]).toEqual(['tls-server-name', expect.stringContaining(names)])
  const untrusted = await failure(say(port, files(other, own)))
  expect([untrusted.fault, untrusted.message]).toEqual(['tls-authority', expect.stringContaining('--flows-ca')])
  const foreign = await failure(say(port, files(authority, other.issue({ commonName: 'sluice' }))))
  expect([foreign.fault, foreign.message]).toEqual(['tls-certificate', expect.stringMatching(/refuses? our client certificate/)])
  const withoutTls = await failure(say(port, null))
  expect([withoutTls.fault, withoutTls.message]).toEqual(['tls-expected', expect.stringContaining('it speaks TLS only')])
  const notSpoken = await failure(say(plain.port, files(authority, own)))
  expect([notSpoken.fault, notSpoken.message]).toEqual(['tls-not-spoken', expect.stringContaining('it does not speak TLS')])
})

test('a server that speaks TLS and no HTTP/2 is told apart', async () => {
  const authority = new CertificateAuthority()
  const { certificate, key } = authority.issue({ commonName: 'web', hosts: ['relay.example.com'] })
  const web = createTlsServer({ cert: certificate, key })
  web.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => web.close())
  const { port } = web.address() as AddressInfo
  expect((await failure(say(port, files(authority, null)))).fault).toBe('not-grpc')
})

test('files that cannot be used are named', async () => {
  const authority = new CertificateAuthority()
  const { port } = await serve(authority, true)
  const good = files(authority, authority.issue({ commonName: 'sluice' }))
  const missing = join(folder, 'nothing.pem')
  const faulty: [Partial<TlsFiles>, string][] = [
    [{ ca: missing }, `${missing} (authorities): there is no such file`],
    [{ ca: file('ca.txt', 'hello') }, 'is not PEM'],
    [{ ca: file('ca.bad', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') }, 'holds no readable certificate'],
    [{ key: null }, 'a certificate for TLS is configured and its key is not'],
    [{ cert: null }, 'a key for TLS is configured and its certificate is not'],
    [{ key: file('other.key', authority.issue({ commonName: 'other' }).key) }, 'do not belong together'],
  ]
  for (const [more, words] of faulty) {
    const error = await failure(say(port, { ...good, ...more }))
    expect([error.fault, error.message]).toEqual(['tls-files', expect.stringContaining(words)])
  }
})

test('files are read anew for each connection: a rotated authority works without a restart', async () => {
  const first = new CertificateAuthority()
  const before = await serve(first, true)
  const paths = files(first, first.issue({ commonName: 'sluice' }))
  expect(await say(before.port, paths)).toBe('hello')
  before.stop()

  const second = new CertificateAuthority()
  const after = await serve(second, true, ['relay.example.com'], before.port)
  expect((await failure(say(after.port, paths))).fault).toBe('tls-authority')
  files(second, second.issue({ commonName: 'sluice' }))
  expect(await say(after.port, paths)).toBe('hello')
})
