import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { ServerConfig } from '../config'
import { contentSecurityPolicy, newNonce } from './content-security-policy'
import { isOwnHost, isProbeHost } from './host-check'
import { aProblem, type Problem, problemBody } from './problem'
import { refuseByRole } from './role-gate'
import { SECURITY_HEADERS } from './security-headers'

const MAX_URL_LENGTH = 8 * 1024
const MAX_HEADER_BYTES = 16 * 1024
const MAX_CONNECTIONS = 20_000
/** Time for the request line and headers, and for the whole request with its body. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 120_000

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST']
/** Answered at the root too when there is a base path, because probes are written down elsewhere. */
const PROBES: readonly string[] = ['/livez', '/readyz', '/metrics']

export type ServerShell = {
  readonly server: Server
  /** Hands requests on from now; until then they are answered with 503. */
  readonly open: (handle: RequestListener) => void
}

/**
 * The HTTP server around the pages: decides whether a request may be answered at all, and sets the headers that every
 * answer carries. No upgrade is ever answered: without an `upgrade` listener Node treats such a request as a plain one.
 */
export function createServerShell(config: ServerConfig): ServerShell {
  const ownNames = new Set([config.listen.host.toLowerCase(), ...config.allowedHosts.map((host) => host.replace(/^\[|\]$/g, ''))])
  let handle: RequestListener | null = null

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    const policy = contentSecurityPolicy(newNonce())
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value)
    response.setHeader('content-security-policy', policy)

    const admitted = admit(request, config.basePath, ownNames)
    if ('status' in admitted) return answerProblem(request, response, admitted)
    const path = admitted.url.slice(config.basePath.length).split('?', 1)[0] ?? ''
    const refusal = refuseByRole(config.role, request.method ?? '', path)
    if (refusal !== null) return answerProblem(request, response, refusal)
    if (handle === null) return answerProblem(request, response, aProblem(503, 'Starting', 'The server is not ready yet.'))

    // Next reads the nonce for its own script tags from this request header.
    request.headers['content-security-policy'] = policy
    request.url = admitted.url
    handle(request, response)
  })
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.maxConnections = MAX_CONNECTIONS
  return { server, open: (listener) => (handle = listener) }
}

/** The URL to hand on, or why the request is refused. */
function admit(request: IncomingMessage, basePath: string, ownNames: ReadonlySet<string>): { url: string } | Problem {
  const { method = '', url = '', headers } = request
  if (url.length > MAX_URL_LENGTH) return aProblem(414, 'The URL is too long', `At most ${MAX_URL_LENGTH} characters are taken.`)
  if (!url.startsWith('/') || url.startsWith('//')) return aProblem(400, 'The request target is not a path', 'Ask for a path such as /map.')
  if (!METHODS.includes(method)) return aProblem(405, 'The method is not allowed', `Allowed: ${METHODS.join(', ')}.`)

  const path = url.split('?', 1)[0] ?? ''
  const probe = PROBES.includes(path)
  const inside = basePath === '' || path === basePath || path.startsWith(`${basePath}/`)
  const isProbe = probe || (inside && PROBES.includes(path.slice(basePath.length)))
  if (!(isProbe ? isProbeHost : isOwnHost)(headers.host, ownNames)) {
    const detail = 'The Host header names another host. Names besides localhost are given with --allowed-hosts.'
    return aProblem(421, 'Misdirected request', detail)
  }
  if (method === 'POST' && !isSameOrigin(request)) {
    return aProblem(403, 'Cross-origin request', 'A page of another origin may not send this.')
  }
  if (probe && basePath !== '') return { url: `${basePath}${url}` }
  return inside ? { url } : aProblem(404, 'Not found', 'Nothing is served outside the base path.')
}

/** Whether a browser sent this from one of our own pages; programs other than browsers send neither header. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const { origin, host } = headers
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`
}

function answerProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const body = problemBody(problem)
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(problem.status === 405 ? { allow: METHODS.join(', ') } : {}),
    ...(problem.status === 503 ? { 'retry-after': '1' } : {}),
    // The body of a refused request is not read, so the connection cannot be used again.
    ...(request.headers['content-length'] || request.headers['transfer-encoding'] ? { connection: 'close' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
