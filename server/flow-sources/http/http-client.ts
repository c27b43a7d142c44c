import { readFile } from 'node:fs/promises'
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { explainConnectionError, explainStatus } from './explain-http'
import { HttpSourceError } from './http-source-error'
import type { SourceAccess } from './source-access'

export type HttpClientOptions = {
  /** `http(s)://[user:password@]host[:port][/prefix]`. */
  readonly url: string
  readonly access: SourceAccess
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** For one request, its redirects included. */
  readonly timeoutMs?: number
  /** Bytes of an answer. */
  readonly maxBytes?: number
}

export type HttpQuestion = {
  /** Behind the prefix of the URL, with its query. */
  readonly path: string
  /** Sent as a form; without one the request is a GET. */
  readonly form?: URLSearchParams
}

export type HttpAnswer = {
  readonly status: number
  readonly body: Buffer
  /** The server's header of a name, in lower case. */
  readonly header: (name: string) => string | null
}

const TIMEOUT_MS = 30_000
const MAX_BYTES = 16 * 1024 * 1024
const MAX_REDIRECTS = 3
/** The beginning of an error's body, which may tell the reason. */
const MAX_ERROR_BYTES = 64 * 1024

/**
 * Asks one server over HTTP. Tokens and certificates are read again for every request, so that renewed files are used.
 *
 * Redirects are followed on the same scheme, host and port only: anything else would be given our credentials. Answers
 * are not compressed, bounded in bytes and in time.
 */
export class HttpClient {
  /** `host:port`, for messages: never with credentials. */
  readonly host: string
  private readonly options: HttpClientOptions
  private readonly base: URL
  private agent: { readonly key: string; readonly agent: PlainAgent | TlsAgent } | null = null

  constructor(options: HttpClientOptions) {
    this.options = options
    this.base = new URL(options.url)
    this.host = this.base.host
  }

  /** Throws {@link HttpSourceError} for everything but an answer with status 200 to 299. */
  async ask(question: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer> {
    const { timeoutMs = TIMEOUT_MS } = this.options
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      return await this.askUntil(question, AbortSignal.any([signal, deadline]))
    } catch (error) {
      if (error instanceof HttpSourceError) throw error
      if (deadline.aborted && !signal.aborted)
        throw new HttpSourceError(`${this.host} did not answer within ${timeoutMs / 1000} s`, { cause: error })
      throw new HttpSourceError(explainConnectionError(error, this.host), { cause: error })
    }
  }

  /** Closes kept connections. */
  close(): void {
    this.agent?.agent.destroy()
    this.agent = null
  }

  private async askUntil({ path, form }: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { ...this.options.headers, ...(await this.authorization()) }
    const agent = await this.currentAgent()
    let url = new URL(this.base.pathname.replace(/\/+$/, '') + path, this.base)
    for (let redirects = 0; ; redirects++) {
      const answer = await send(url, { agent, headers, form, signal })
      const status = answer.statusCode ?? 0
      const location = answer.headers.location
      if (status >= 300 && status < 400 && location !== undefined) {
        answer.resume()
        if (redirects >= MAX_REDIRECTS) throw new HttpSourceError(`${this.host} redirects more than ${MAX_REDIRECTS} times`, { status })
        if (!URL.canParse(location, url)) throw new HttpSourceError(`${this.host} redirects to something that is no address`, { status })
        const next = new URL(location, url)
        if (next.origin !== url.origin) {
          const message = `${this.host} redirects to ${next.host}, which is not asked: a login page, or the address is another one`
          throw new HttpSourceError(message, { status })
        }
        url = next
        continue
      }
      const isFine = status >= 200 && status < 300
      const body = await bodyOf(answer, isFine ? (this.options.maxBytes ?? MAX_BYTES) : MAX_ERROR_BYTES, isFine, this.host)
      if (!isFine) throw new HttpSourceError(explainStatus(status, body, this.host), { status })
      return { status, body, header: (name) => headerOf(answer, name) }
    }
  }

  private async authorization(): Promise<Record<string, string>> {
    const { tokenFile } = this.options.access
    if (tokenFile !== null) {
      const token = (await readNamed(tokenFile, 'the token file')).toString('utf8').trim()
      if (token === '' || /[^\x21-\x7e]/.test(token)) throw new HttpSourceError(`${tokenFile} holds no token: one line of text is expected`)
      return { authorization: `Bearer ${token}` }
    }
    const { username, password } = this.base
    if (username === '' && password === '') return {}
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` }
  }

  /** The same agent, with its open connections, while the files stay the same. */
  private async currentAgent(): Promise<PlainAgent | TlsAgent> {
    const { ca, cert, key, serverName } = this.options.access
    const isTls = this.base.protocol === 'https:'
    const files = isTls
      ? await Promise.all([readOptional(ca, 'the CA file'), readOptional(cert, 'the certificate'), readOptional(key, 'the key')])
      : []
    const content = files.map((file) => file?.toString('base64') ?? '').join('|')
    if (this.agent !== null && this.agent.key === content) return this.agent.agent
    this.agent?.agent.destroy()
    const [authorities, certificate, privateKey] = files
    const kept = { keepAlive: true, maxSockets: 2 }
    const agent = isTls
      ? new TlsAgent({
          ...kept,
          ...(authorities ? { ca: authorities } : {}),
          ...(certificate ? { cert: certificate } : {}),
          ...(privateKey ? { key: privateKey } : {}),
          ...(serverName === null ? {} : { servername: serverName }),
        })
      : new PlainAgent(kept)
    this.agent = { key: content, agent }
    return agent
  }
}

type Sending = {
  readonly agent: PlainAgent | TlsAgent
  readonly headers: Readonly<Record<string, string>>
  readonly form: URLSearchParams | undefined
  readonly signal: AbortSignal
}

function send(url: URL, { agent, headers, form, signal }: Sending): Promise<IncomingMessage> {
  const body = form?.toString()
  const all: Record<string, string> = { ...headers, accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'sluice' }
  if (body !== undefined) {
    all['content-type'] = 'application/x-www-form-urlencoded'
    all['content-length'] = String(Buffer.byteLength(body))
  }
  const start = url.protocol === 'https:' ? tlsRequest : plainRequest
  // The address without user and password, which `request` would turn into a header of its own.
  const address = `${url.origin}${url.pathname}${url.search}`
  return new Promise((resolve, reject) => {
    function attempt(): void {
      const request = start(address, { agent, method: body === undefined ? 'GET' : 'POST', headers: all, signal })
      request.on('response', resolve)
      request.on('error', (error) => {
        // A server may close a kept connection just as it is used again. Asking twice changes nothing there.
        if (request.reusedSocket && 'code' in error && error.code === 'ECONNRESET' && !signal.aborted) attempt()
        else reject(error)
      })
      request.end(body)
    }
    attempt()
  })
}

async function bodyOf(answer: IncomingMessage, maxBytes: number, isFine: boolean, host: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    const part: Buffer = chunk
    bytes += part.length
    if (bytes > maxBytes) {
      answer.destroy()
      // What tells the reason of a refusal stands at its beginning.
      if (!isFine) break
      throw new HttpSourceError(`${host} answers with more than ${maxBytes} bytes, which are not read`, { isTooLong: true })
    }
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}

function headerOf(answer: IncomingMessage, name: string): string | null {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : null
}

async function readOptional(path: string | null, what: string): Promise<Buffer | null> {
  return path === null ? null : readNamed(path, what)
}

async function readNamed(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new HttpSourceError(`${what} ${path} cannot be read`, { cause: error })
  }
}
