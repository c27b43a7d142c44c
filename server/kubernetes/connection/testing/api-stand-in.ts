import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type Certificate, CertificateAuthority } from '@/testing/fake-api/certificate'
import type { ConnectionSettings } from '../connection-settings'

export type Handler = (request: Http2ServerRequest | IncomingMessage, response: Http2ServerResponse | ServerResponse) => void

export type StandInOptions = SecureServerOptions & {
  /** The highest version of HTTP it speaks. */
  readonly http?: 1 | 2
  readonly authority?: CertificateAuthority
  readonly issued?: Certificate
}

/** A server with TLS that answers as a test wants, and the settings that lead to it. */
export class ApiStandIn {
  readonly authority: CertificateAuthority
  readonly sessions: ServerHttp2Session[] = []
  readonly sockets = new Set<Socket>()
  /** Connections that were made so far. */
  connections = 0
  handler: Handler = (_request, response) => void response.end('ok')
  readonly #server
  #port = 0

  constructor({ http = 2, authority = new CertificateAuthority(), issued = authority.issue(SERVER), ...options }: StandInOptions = {}) {
    this.authority = authority
    const secure = { cert: issued.certificate, key: issued.key, ...options }
    this.#server = http === 2 ? createSecureServer({ ...secure, allowHTTP1: true }) : createServer(secure)
    this.#server.on('request', (request: Http2ServerRequest | IncomingMessage, response: Http2ServerResponse | ServerResponse) =>
      this.handler(request, response),
    )
    this.#server.on('session', (session: ServerHttp2Session) => {
      this.sessions.push(session)
      session.on('error', () => undefined)
    })
    this.#server.on('connection', (socket: Socket) => {
      this.connections++
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined)
    })
    this.#server.on('tlsClientError', () => undefined)
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  get port(): number {
    return this.#port
  }

  /** Takes another certificate for the connections to come. */
  use({ certificate, key }: Certificate): void {
    this.#server.setSecureContext({ cert: certificate, key })
  }

  settings(more: Partial<ConnectionSettings> = {}): ConnectionSettings {
    return {
      name: 'test',
      server: `https://127.0.0.1:${this.#port}`,
      trust: { kind: 'authorities', pem: { kind: 'inline', text: this.authority.certificate } },
      serverName: null,
      proxy: null,
      clientCertificate: null,
      credentials: { kind: 'none' },
      impersonation: new Map(),
      namespace: 'default',
      ...more,
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.sockets) socket.destroy()
    await closed
  }
}

/** What a certificate of the server is for. */
export const SERVER = { commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'] }

/** Everything of a body as text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
