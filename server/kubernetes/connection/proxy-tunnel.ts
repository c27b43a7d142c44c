import { isIP, type Socket } from 'node:net'
import { ApiConnectionError } from './api-connection-error'

/** Where a proxy is to connect to. */
export type Destination = { readonly host: string; readonly port: number }

/** More than any proxy's answer; what is longer is no proxy. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Asks an HTTP proxy at the other end of `socket` for a way to the destination. `proxy` carries name and password. */
export async function tunnelThroughHttp(socket: Socket, proxy: URL, { host, port }: Destination): Promise<Socket> {
  const fail = (reason: string) => new ApiConnectionError('unreachable', `the proxy ${proxy.host} ${reason}`)
  const reader = new ExactReader(socket, () => fail('closed the connection'))
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`]
  if (proxy.username !== '' || proxy.password !== '') {
    const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
    lines.push(`Proxy-Authorization: Basic ${Buffer.from(pair).toString('base64')}`)
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)

  let answer = ''
  while (!answer.endsWith('\r\n\r\n')) {
    if (answer.length > MAX_ANSWER_BYTES) throw fail('does not speak HTTP')
    answer += (await reader.take(1)).toString('latin1')
  }
  reader.release()
  const [, status, reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?([^\r]*)/.exec(answer) ?? []
  if (status === undefined) throw fail('does not speak HTTP')
  if (status === '407') throw fail('wants another name and password (407)')
  if (!status.startsWith('2')) throw fail(`does not connect to ${authority}: ${status} ${reason}`.trim())
  return socket
}

const SOCKS5_REASONS: ReadonlyMap<number, string> = new Map([
  [1, 'has a general failure'],
  [2, 'does not allow it'],
  [3, 'has no route to its network'],
  [4, 'has no route to it'],
  [5, 'was refused there'],
  [6, 'got no answer in time'],
  [7, 'does not know the command'],
  [8, 'does not know this kind of address'],
])

/** Asks a SOCKS5 proxy (RFC 1928) at the other end of `socket` for a way to the destination; it looks names up itself. */
export async function tunnelThroughSocks(socket: Socket, proxy: URL, { host, port }: Destination): Promise<Socket> {
  const fail = (reason: string) => new ApiConnectionError('unreachable', `the proxy ${proxy.host} ${reason}`)
  const reader = new ExactReader(socket, () => fail('closed the connection'))
  const hasName = proxy.username !== '' || proxy.password !== ''
  socket.write(Buffer.from(hasName ? [5, 2, 0, 2] : [5, 1, 0]))
  const [version, method] = await reader.take(2)
  if (version !== 5) throw fail('does not speak SOCKS5')
  if (method === 2 && hasName) {
    socket.write(
      Buffer.concat([Buffer.from([1]), counted(decodeURIComponent(proxy.username)), counted(decodeURIComponent(proxy.password))]),
    )
    const [, status] = await reader.take(2)
    if (status !== 0) throw fail('refuses the name and password')
  } else if (method !== 0) throw fail('wants a name and password')

  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(port)
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), addressOf(host), bytes]))
  const [, reply = 255, , kind] = await reader.take(4)
  if (reply !== 0) throw fail(`does not connect to ${host}:${port}: it ${SOCKS5_REASONS.get(reply) ?? 'gives no known reason'}`)
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await reader.take(1))[0] ?? 0)
  await reader.take(length + 2)
  reader.release()
  return socket
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 255)
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}

function addressOf(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)])
  if (isIP(host) === 6) return Buffer.concat([Buffer.from([4]), ipv6Bytes(host)])
  return Buffer.concat([Buffer.from([3]), counted(host)])
}

function ipv6Bytes(host: string): Buffer {
  // The URL parser writes every form of IPv6 as hexadecimal groups.
  const plain = new URL(`http://[${host.split('%', 1)[0]}]`).hostname.slice(1, -1)
  const [left = '', right] = plain.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const after = right === undefined ? [] : groups(right)
  const before = groups(left)
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]))
}

/** Takes exactly as many bytes from a socket as are asked for; what comes behind them stays in it. */
class ExactReader {
  readonly #socket: Socket
  readonly #closed: () => Error
  #wake: () => void = () => undefined
  readonly #onChange = () => this.#wake()

  constructor(socket: Socket, closed: () => Error) {
    this.#socket = socket
    this.#closed = closed
    for (const event of ['readable', 'end', 'close', 'error']) socket.on(event, this.#onChange)
  }

  async take(count: number): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0)
    for (;;) {
      const bytes: unknown = this.#socket.read(count)
      if (Buffer.isBuffer(bytes) && bytes.length === count) return bytes
      if (this.#socket.destroyed || this.#socket.readableEnded || bytes !== null) throw this.#closed()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  release(): void {
    for (const event of ['readable', 'end', 'close', 'error']) this.#socket.off(event, this.#onChange)
  }
}
