import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { authorize, type FakeUser } from './access'
import { answerJson, answerText } from './answer'
import { answerRequest } from './answer-request'
import type { OpenWatch } from './answer-watch'
import { type Certificate, CertificateAuthority } from './certificate'
import type { FakeApiOptions } from './fake-api-options'
import { type Fault, Faults } from './faults'
import { writeKubeconfig } from './kubeconfig'
import type { KubernetesObject } from './kubernetes-object'
import { Line } from './line'
import { nodeAnswer } from './node-answer'
import { ObjectStore } from './object-store'
import { type RequestTarget, readTarget } from './request-target'
import { StatusError, statusDocument } from './status'

/** A request that came in, in the order of arrival. */
export type RecordedRequest = {
  readonly method: string
  readonly url: string
  readonly target: RequestTarget
  readonly user: string | null
}

export const ADMINISTRATOR: FakeUser = { name: 'admin', token: 'admin-token', rules: 'everything' }

export async function startFakeApi(options: FakeApiOptions = {}): Promise<FakeApi> {
  const api = new FakeApi(options)
  await api.start()
  return api
}

/**
 * An API server over TLS on this machine, with the objects, rights and faults that a test gives it. Clients reach it through
 * a `line`, which can break. What it answers is checked against a real one by `compare-answers.ts`.
 */
export class FakeApi {
  readonly objects: ObjectStore
  readonly faults = new Faults()
  readonly authority = new CertificateAuthority()
  /** Who may ask; change it while it runs to take rights away. */
  users: readonly FakeUser[]
  /** Added to every Date header. */
  clockSkewMs = 0
  /** What becomes of each object on its way out: poison goes here, the store keeps the truth. */
  rewrite: (object: KubernetesObject) => unknown = (object) => object
  readonly requests: RecordedRequest[] = []
  readonly options: FakeApiOptions
  readonly #server: Http2SecureServer | Server
  readonly #watches = new Set<OpenWatch>()
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  #line: Line | null = null

  constructor(options: FakeApiOptions) {
    this.options = options
    this.users = options.users ?? [ADMINISTRATOR]
    this.objects = new ObjectStore({
      ...(options.historyLimit !== undefined && { historyLimit: options.historyLimit }),
      now: () => this.#now(),
    })
    this.objects.putAll(options.objects ?? [])
    const { certificate, key } = this.issueServerCertificate()
    const tls = { cert: certificate, key, ca: this.authority.certificate, requestCert: true, rejectUnauthorized: false }
    const onRequest = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) =>
      void this.#answer(request, response)
    if (options.protocol === 'http1') {
      this.#server = createServer(tls, onRequest)
    } else {
      const settings = { maxConcurrentStreams: options.maxConcurrentStreams ?? 100, initialWindowSize: 256 * 1024 }
      this.#server = createSecureServer({ ...tls, allowHTTP1: true, settings }, onRequest)
      this.#server.on('session', (session: ServerHttp2Session) => {
        this.#sessions.add(session)
        session.on('error', () => undefined).on('close', () => this.#sessions.delete(session))
      })
    }
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('tlsClientError', () => undefined)
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(0, '127.0.0.1', () => resolve()))
    this.#line = await Line.to((this.#server.address() as AddressInfo).port)
  }

  async stop(): Promise<void> {
    await this.line.refuse()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  /** The network before the server. */
  get line(): Line {
    if (this.#line === null) throw new Error('the fake API server has not started')
    return this.#line
  }

  get url(): string {
    return `https://127.0.0.1:${this.line.port}`
  }

  /** PEM of the authority that signed the server's certificate. */
  get ca(): string {
    return this.authority.certificate
  }

  /** A kubeconfig with one context `fake` for a user of this server. */
  kubeconfig(user: FakeUser = this.users[0] ?? ADMINISTRATOR): string {
    return writeKubeconfig({ server: this.url, ca: this.ca, user: { name: user.name, token: user.token } })
  }

  issueServerCertificate(): Certificate {
    return this.authority.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', '::1', 'localhost', 'kubernetes.default.svc'] })
  }

  /** New connections get this certificate; with `cut` of the line it is a rotation as it happens. */
  useCertificate({ certificate, key }: Certificate): void {
    this.#server.setSecureContext({ cert: certificate, key, ca: this.authority.certificate })
  }

  /** Tells all watches with bookmarks how far the server is, as it does once a minute. */
  sendBookmarks(): void {
    for (const watch of this.#watches) watch.bookmark()
  }

  /** Ends all watches as if their time were over. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end()
  }

  /** Asks every HTTP/2 client to take a new connection for new requests. */
  goAway(): void {
    for (const session of this.#sessions) session.goaway(0)
  }

  /** What is watched now, by plural name and namespace. */
  openWatches(): readonly string[] {
    return [...this.#watches]
      .map(({ target }) => (target.namespace === null ? target.resource : `${target.namespace}/${target.resource}`))
      .sort()
  }

  /** As when the process is replaced: nobody listens for a while, and watches of the past are not remembered. */
  async restart(whileDown: () => Promise<void> | void = () => undefined): Promise<void> {
    await this.line.refuse()
    await whileDown()
    this.objects.compact()
    await this.line.accept()
  }

  async #answer(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): Promise<void> {
    const socket = ('stream' in response ? response.stream.session?.socket : request.socket) as TLSSocket | undefined
    const remotePort = socket?.remotePort
    const method = request.method ?? 'GET'
    const url = request.url ?? '/'
    const target = readTarget(method, url)
    const user = socket === undefined ? null : this.#userOf(request, socket)
    this.requests.push({ method, url, target, user: user?.name ?? null })
    const fault = this.faults.take(target)
    const plain = nodeAnswer(response, {
      date: () => new Date(this.#now()),
      // What was written before has to reach the client first.
      resetConnection: () => void setTimeout(() => this.line.cut(remotePort), 20),
    })
    const answer = this.faults.through(target, plain, fault)
    const body = await readBody(request)
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    try {
      if (fault?.kind === 'foreign') {
        answerText(answer, fault.status, fault.text, fault.contentType)
        return
      }
      if (fault?.kind === 'status')
        throw new StatusError({ code: fault.status, reason: fault.reason ?? 'InternalError', message: messageOf(fault) })
      if (user === null) throw new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
      authorize(user, target)
      const watch = answerRequest(answer, {
        store: this.objects,
        options: this.options,
        rewrite: (object) => this.rewrite(object),
        user,
        target,
        headers: request.headers,
        body,
      })
      if (watch === null) return
      this.#watches.add(watch)
      answer.closed.addEventListener('abort', () => this.#watches.delete(watch))
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      const retry =
        fault?.kind === 'status' && fault.retryAfterSeconds !== undefined ? { 'retry-after': String(fault.retryAfterSeconds) } : {}
      answerJson(answer, error.status.code, statusDocument(error.status), retry)
    }
  }

  #userOf(request: IncomingMessage | Http2ServerRequest, socket: TLSSocket): FakeUser | null {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token !== undefined) return this.users.find((user) => user.token === token) ?? null
    if (!socket.authorized) return null
    const name = socket.getPeerCertificate().subject?.CN
    return this.users.find((user) => user.name === name) ?? null
  }

  #now(): number {
    return Date.now() + this.clockSkewMs
  }
}

function messageOf(fault: Extract<Fault, { kind: 'status' }>): string {
  return fault.message ?? (fault.status === 429 ? 'too many requests, please try again later' : 'a fault that the test asked for')
}

async function readBody(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    // The client went before it had said everything; its answer reaches nobody.
  }
  return Buffer.concat(chunks).toString()
}
