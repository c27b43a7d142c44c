import { createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Metadata, status } from '@grpc/grpc-js'
import { afterEach, expect, test } from 'vitest'
import { GrpcConnection } from './grpc-connection'
import type { GrpcError } from './grpc-error'
import { type GrpcTestServer, type ServerOptions, startGrpcServer } from './testing/grpc-server'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean()
})

async function serve(options: ServerOptions): Promise<GrpcTestServer> {
  const server = await startGrpcServer(options)
  cleanups.push(server.stop)
  return server
}

async function connect(port: number, more: { maxMessageBytes?: number; connectTimeoutMs?: number } = {}): Promise<GrpcConnection> {
  const connection = await GrpcConnection.open({ host: '127.0.0.1', port, tls: null }, new AbortController().signal, more)
  cleanups.push(() => connection.close())
  return connection
}

async function failure(promise: Promise<unknown>): Promise<GrpcError> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  )
}

async function all(messages: AsyncIterable<readonly Uint8Array[]>): Promise<string[]> {
  const texts: string[] = []
  for await (const batch of messages) texts.push(...batch.map((message) => Buffer.from(message).toString()))
  return texts
}

const NONE = Buffer.alloc(0)

test('a unary call carries its request and metadata there and the answer back', async () => {
  const { port } = await serve({
    unary: {
      '/test.Echo/Say': (call, answer) => answer(null, Buffer.from(`${call.request} ${call.metadata.get('authorization')}`)),
    },
  })
  const connection = await connect(port)
  const metadata = new Map([['authorization', 'Bearer x']])
  expect(Buffer.from(await connection.unary('/test.Echo/Say', Buffer.from('hello'), { metadata })).toString()).toBe('hello Bearer x')
})

test('a stream yields every message in order, whatever their sizes', async () => {
  const sizes = [0, 1, 5, 16_384, 100_000, 0, 3, 1_000_000, 2]
  const { port } = await serve({
    streams: {
      '/test.Echo/Many': (call) => {
        for (const [index, size] of sizes.entries()) call.write(Buffer.alloc(size, index))
        call.end()
      },
    },
  })
  const connection = await connect(port)
  const found: [number, number][] = []
  for await (const batch of connection.serverStream('/test.Echo/Many', NONE)) {
    for (const message of batch) {
      expect(message.every((byte) => byte === message[0])).toBe(true)
      found.push([message.length, message[0] ?? -1])
    }
  }
  expect(found).toEqual(sizes.map((size, index) => [size, size === 0 ? -1 : index]))
})

test('a status other than OK is an error with its number and the message of the server', async () => {
  const { port } = await serve({
    unary: {
      '/test.Echo/Say': (_call, answer) => answer({ code: status.INVALID_ARGUMENT, details: 'first cannot be specified with follow\n ü' }),
    },
    streams: {
      '/test.Echo/Many': (call) => {
        call.write(Buffer.from('one'))
        call.emit('error', { code: status.UNAVAILABLE, details: 'going down', metadata: new Metadata() })
      },
    },
  })
  const connection = await connect(port)
  const refused = await failure(connection.unary('/test.Echo/Say', NONE))
  expect([refused.fault, refused.status]).toEqual(['status', status.INVALID_ARGUMENT])
  expect(refused.message).toBe(`127.0.0.1:${port} answers INVALID_ARGUMENT: first cannot be specified with follow  ü`)
  const unknown = await failure(connection.unary('/test.Echo/Nothing', NONE))
  expect(unknown.status).toBe(status.UNIMPLEMENTED)
  const cut = await failure(all(connection.serverStream('/test.Echo/Many', NONE)))
  expect([cut.status, cut.message]).toEqual([status.UNAVAILABLE, `127.0.0.1:${port} answers UNAVAILABLE: going down`])
})

test('a call that takes longer than its deadline fails, and the connection goes on', async () => {
  let cancelled = 0
  const { port } = await serve({
    unary: {
      '/test.Echo/Never': (call) => call.on('cancelled', () => cancelled++),
      '/test.Echo/Say': (call, answer) => answer(null, call.request),
    },
  })
  const connection = await connect(port)
  const late = await failure(connection.unary('/test.Echo/Never', NONE, { deadlineMs: 60 }))
  expect(late.fault).toBe('deadline')
  await expect.poll(() => cancelled).toBe(1)
  expect(Buffer.from(await connection.unary('/test.Echo/Say', Buffer.from('on'))).toString()).toBe('on')
})

test('giving up, by the signal or by leaving the loop, ends the call at the server', async () => {
  let cancelled = 0
  const { port } = await serve({
    streams: {
      '/test.Echo/Follow': (call) => {
        call.write(Buffer.from('first'))
        call.on('cancelled', () => cancelled++)
      },
    },
  })
  const connection = await connect(port)
  const giveUp = new AbortController()
  const reading = failure(all(connection.serverStream('/test.Echo/Follow', NONE, { signal: giveUp.signal })))
  await sleep(50)
  giveUp.abort()
  expect((await reading).fault).toBe('cancelled')
  await expect.poll(() => cancelled).toBe(1)

  for await (const batch of connection.serverStream('/test.Echo/Follow', NONE)) {
    expect(batch).toHaveLength(1)
    break
  }
  await expect.poll(() => cancelled).toBe(2)
  expect((await failure(connection.unary('/test.Echo/Say', NONE, { signal: giveUp.signal }))).fault).toBe('cancelled')
})

test('a slow reader makes the server wait and holds nobody else up', async () => {
  let written = 0
  const { port } = await serve({
    unary: { '/test.Echo/Say': (call, answer) => answer(null, call.request) },
    streams: {
      '/test.Echo/Flood': (call) => {
        const message = Buffer.alloc(10_000)
        const write = () => {
          while (!call.cancelled) {
            written++
            if (!call.write(message)) return call.once('drain', write)
          }
        }
        write()
      },
    },
  })
  const connection = await connect(port)
  for await (const _batch of connection.serverStream('/test.Echo/Flood', NONE)) {
    await sleep(300)
    const before = written
    await connection.unary('/test.Echo/Say', NONE, { deadlineMs: 2_000 })
    await sleep(200)
    expect(written - before).toBeLessThan(20)
    expect(written * 10_000).toBeLessThan(3 * 1024 * 1024)
    break
  }
})

test('a message over the limit ends its call and no other', async () => {
  const { port } = await serve({
    unary: {
      '/test.Echo/Big': (_call, answer) => answer(null, Buffer.alloc(1_001)),
      '/test.Echo/Fit': (_call, answer) => answer(null, Buffer.alloc(1_000)),
    },
  })
  const connection = await connect(port, { maxMessageBytes: 1_000 })
  expect((await failure(connection.unary('/test.Echo/Big', NONE))).fault).toBe('too-large')
  expect(await connection.unary('/test.Echo/Fit', NONE)).toHaveLength(1_000)
})

test('a server that goes away fails what runs on it, and the connection says that it is closed', async () => {
  const { port, stop } = await serve({ streams: { '/test.Echo/Follow': (call) => call.write(Buffer.from('first')) } })
  const connection = await connect(port)
  const reading = failure(all(connection.serverStream('/test.Echo/Follow', NONE)))
  await sleep(50)
  expect(connection.isOpen).toBe(true)
  stop()
  expect(['lost', 'status']).toContain((await reading).fault)
  await expect.poll(() => connection.isOpen).toBe(false)
  expect((await failure(connection.unary('/test.Echo/Say', NONE))).fault).toBe('lost')
})

test('closing the connection ends every call on it', async () => {
  const { port } = await serve({ streams: { '/test.Echo/Follow': (call) => call.write(Buffer.from('first')) } })
  const connection = await connect(port)
  const reading = failure(all(connection.serverStream('/test.Echo/Follow', NONE)))
  await sleep(50)
  connection.close()
  expect((await reading).fault).toBe('lost')
})

test('what is not a gRPC server is told apart', async () => {
  const web = createHttp2Server((_request, response) => response.end('<html>'))
  cleanups.push(() => web.close())
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as AddressInfo
  const connection = await connect(port)
  expect((await failure(connection.unary('/test.Echo/Say', NONE))).fault).toBe('not-grpc')
})

async function tcp(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: TcpServer = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

test('no listener, no such name, no answer and no HTTP/2 are four different failures', async () => {
  const freed = await startGrpcServer({})
  freed.stop()
  const refused = await failure(connect(freed.port))
  expect([refused.fault, refused.message]).toEqual(['refused', expect.stringContaining('nobody listens there')])

  const target = { host: 'relay.sluice.invalid', port: 80, tls: null }
  const unnamed = await failure(GrpcConnection.open(target, new AbortController().signal))
  expect([unnamed.fault, unnamed.message]).toEqual(['name', expect.stringContaining('relay.sluice.invalid')])

  const silent = await failure(connect(await tcp(() => undefined), { connectTimeoutMs: 200 }))
  expect([silent.fault, silent.message]).toEqual(['timeout', expect.stringContaining('does not answer (nothing within 0.2 s)')])

  const rude = await failure(connect(await tcp((socket) => socket.end('220 mail.example.com\r\n'))))
  expect([rude.fault, rude.message]).toEqual(['not-grpc', expect.stringContaining('is that the right port?')])
})

test('opening can be given up', async () => {
  const giveUp = new AbortController()
  const port = await tcp(() => undefined)
  const opening = failure(GrpcConnection.open({ host: '127.0.0.1', port, tls: null }, giveUp.signal))
  giveUp.abort()
  expect((await opening).fault).toBe('cancelled')
})
