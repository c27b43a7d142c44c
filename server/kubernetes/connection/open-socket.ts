import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { ApiConnectionError } from './api-connection-error'
import { explainFault } from './explain-fault'
import { bareHost } from './find-proxy'
import { type Destination, tunnelThroughHttp, tunnelThroughSocks } from './proxy-tunnel'
import { systemAuthorities } from './system-authorities'
import type { TlsMaterial } from './tls-material'

/** A way to an API server. */
export type Route = {
  readonly server: URL
  /** As the settings have it, for messages. */
  readonly label: string
  /** What the certificate must be for. */
  readonly serverName: string
  readonly proxy: URL | null
  /** null for a server without TLS. */
  readonly tls: TlsMaterial | null
  readonly timeoutMs: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

export type OpenedSocket = {
  readonly socket: Socket
  /** What the bytes come in on, below TLS. */
  readonly wire: Socket
  readonly protocol: 'h2' | 'http/1.1'
  /** What the socket failed with; a server that refuses our certificate tells only after the handshake. */
  readonly failure: () => Error | null
}

/** First probe of a silent connection; Linux then asks every second and gives up after ten. Finds half-open ones. */
const KEEP_ALIVE_MS = 5_000

/** Opens a connection: through the proxy if there is one, with TLS if the server has it. Throws `ApiConnectionError`. */
export async function openSocket(route: Route): Promise<OpenedSocket> {
  const sockets = new OpenSockets()
  const timer = setTimeout(() => sockets.timeOut(route), route.timeoutMs)
  try {
    const plain = await openPlain(route, sockets)
    if (route.tls === null) return { socket: plain, wire: plain, protocol: 'http/1.1', failure: () => sockets.fault }
    const host = bareHost(route.server.hostname)
    const secure = connectTls({
      socket: plain,
      host,
      ...serverNames(route.serverName),
      ALPNProtocols: ['h2', 'http/1.1'],
      secureContext: secureContextOf(route.tls, route.label),
      rejectUnauthorized: route.tls.authorities !== null,
    })
    await sockets.opened(secure, 'secureConnect')
    return { socket: secure, wire: plain, protocol: secure.alpnProtocol === 'h2' ? 'h2' : 'http/1.1', failure: () => sockets.fault }
  } catch (cause) {
    sockets.destroy()
    throw explainFault(sockets.timeout ?? cause, route.label)
  } finally {
    clearTimeout(timer)
  }
}

/** The sockets of one attempt, one inside the other, and why it was given up. */
class OpenSockets {
  readonly #sockets: Socket[] = []
  /** Set when the attempt took too long. */
  timeout: Error | null = null
  /** What a socket failed with. */
  fault: Error | null = null

  opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
    this.#sockets.push(socket)
    return new Promise((resolve, reject) => {
      socket.once(event, resolve)
      socket.on('error', (error) => {
        this.fault ??= error
        reject(error)
      })
      socket.once('close', () => reject(this.fault ?? Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    })
  }

  timeOut({ label, timeoutMs, proxy }: Route): void {
    const through = proxy === null ? '' : ` through the proxy ${proxy.host}`
    this.timeout = new ApiConnectionError('timeout', `${label} does not answer${through} (no connection within ${timeoutMs / 1_000} s)`)
    this.destroy()
  }

  /** From the inside out: Node 20 crashes when what lies below a TLS socket is destroyed first. */
  destroy(): void {
    for (const socket of [...this.#sockets].reverse()) socket.destroy()
  }
}

async function openPlain({ server, proxy, environment }: Route, sockets: OpenSockets): Promise<Socket> {
  const destination: Destination = { host: bareHost(server.hostname), port: portOf(server) }
  if (proxy === null) return openTcp(destination, sockets)
  try {
    const host = bareHost(proxy.hostname)
    const tcp = await openTcp({ host, port: portOf(proxy) }, sockets)
    if (proxy.protocol === 'socks5:' || proxy.protocol === 'socks5h:') return await tunnelThroughSocks(tcp, proxy, destination)
    if (proxy.protocol === 'http:') return await tunnelThroughHttp(tcp, proxy, destination)
    const authorities = await systemAuthorities(environment)
    const secure = connectTls({ socket: tcp, host, ...serverNames(host), ...(authorities === null ? {} : { ca: [...authorities] }) })
    await sockets.opened(secure, 'secureConnect')
    return await tunnelThroughHttp(secure, proxy, destination)
  } catch (cause) {
    throw explainFault(cause, `the proxy ${proxy.protocol}//${proxy.host}`)
  }
}

async function openTcp({ host, port }: Destination, sockets: OpenSockets): Promise<Socket> {
  const socket = connectTcp({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true })
  await sockets.opened(socket, 'connect')
  return socket
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  if (url.protocol.startsWith('socks')) return 1080
  return url.protocol === 'https:' ? 443 : 80
}

/** An address is never asked for by name (RFC 6066), but checked all the same. */
function serverNames(name: string) {
  return {
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_host: string, certificate: Parameters<typeof checkServerIdentity>[1]) => checkServerIdentity(name, certificate),
  }
}

function secureContextOf({ authorities, client }: TlsMaterial, label: string): SecureContext {
  const ca = authorities === null ? {} : { ca: [...authorities] }
  try {
    return createSecureContext(client === null ? ca : { ...ca, cert: client.certificate, key: client.key })
  } catch (cause) {
    if (client === null || !isReadable(ca)) {
      throw new ApiConnectionError('tls', `${label}: the certificate-authority cannot be read`, { cause })
    }
    const message = `${label}: the client certificate and its key cannot be read, or do not belong together`
    throw new ApiConnectionError('credentials', message, { cause })
  }
}

function isReadable(authorities: { readonly ca?: string[] }): boolean {
  try {
    createSecureContext(authorities)
    return true
  } catch {
    return false
  }
}
