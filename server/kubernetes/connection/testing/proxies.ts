import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import type { Certificate } from '@/testing/fake-api/certificate'
import { atEnd } from './with-server'

/** A proxy until the end of the test: its port, and what it was asked for. */
export type Proxy = { readonly port: number; readonly asked: readonly string[] }

/** How a proxy treats those who ask it. */
export type Manners = {
  /** `NAME:PASSWORD` that is wanted; null for none. */
  readonly login?: string | null
  /** Connects there, whatever is asked for. */
  readonly target?: number
}

/** An HTTP proxy that knows CONNECT only; with a certificate it speaks TLS itself. */
export async function aHttpProxy(manners: Manners = {}, issued: Certificate | null = null): Promise<Proxy> {
  const asked: string[] = []
  const server = issued === null ? createHttpServer() : createHttpsServer({ cert: issued.certificate, key: issued.key })
  server.on('request', (_request, response) => response.writeHead(405).end())
  server.on('connect', (request, near: Socket) => {
    asked.push(request.url ?? '')
    const login = manners.login ?? null
    if (login !== null && request.headers['proxy-authorization'] !== `Basic ${Buffer.from(login).toString('base64')}`) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const far = connect(manners.target ?? Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n')
      join(near, far)
    })
    far.on('error', () => near.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'))
  })
  return { port: await listening(server), asked }
}

/** A SOCKS5 proxy; `asked` says as what kind of address the destination came. */
export async function aSocksProxy({ login = null, target }: Manners = {}): Promise<Proxy> {
  const asked: string[] = []
  const server = createTcpServer(async (near) => {
    near.on('error', () => undefined)
    const take = taker(near)
    const [, count = 0] = await take(2)
    await take(count)
    near.write(Buffer.from([5, login === null ? 0 : 2]))
    if (login !== null) {
      const [, nameLength = 0] = await take(2)
      const name = (await take(nameLength)).toString()
      const password = (await take((await take(1))[0] ?? 0)).toString()
      const isRight = `${name}:${password}` === login
      near.write(Buffer.from([1, isRight ? 0 : 1]))
      if (!isRight) return near.end()
    }
    const [, , , kind = 0] = await take(4)
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await take(1))[0] ?? 0)
    const address = await take(length)
    const port = (await take(2)).readUInt16BE()
    asked.push(kind === 3 ? `name ${address.toString()}:${port}` : `address ${[...address].join('.')}:${port}`)
    const far = connect(target ?? port, '127.0.0.1', () => {
      near.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
      join(near, far)
    })
    far.on('error', () => near.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])))
  })
  return { port: await listening(server), asked }
}

function join(near: Socket, far: Socket): void {
  near.on('error', () => far.destroy())
  near.pipe(far).pipe(near)
}

async function listening(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  })
  return (server.address() as AddressInfo).port
}

function taker(socket: Socket): (count: number) => Promise<Buffer> {
  return async (count) => {
    for (;;) {
      const bytes: unknown = count === 0 ? Buffer.alloc(0) : socket.read(count)
      if (Buffer.isBuffer(bytes)) return bytes
      await new Promise((resolve) => socket.once('readable', resolve))
    }
  }
}
