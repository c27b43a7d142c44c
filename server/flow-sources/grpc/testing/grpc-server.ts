import { Server, ServerCredentials, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData } from '@grpc/grpc-js'

type Bytes = Buffer
export type UnaryHandler = (call: ServerUnaryCall<Bytes, Bytes>, answer: sendUnaryData<Bytes>) => void
export type StreamHandler = (call: ServerWritableStream<Bytes, Bytes>) => void

export type GrpcTestServer = { readonly port: number; readonly server: Server; readonly stop: () => void }

export type ServerOptions = {
  readonly unary?: Readonly<Record<string, UnaryHandler>>
  readonly streams?: Readonly<Record<string, StreamHandler>>
  readonly credentials?: ServerCredentials
  readonly port?: number
}

/** A server of grpc-js whose messages are plain bytes. Methods are paths such as `/test.Echo/Say`. */
export async function startGrpcServer({
  unary = {},
  streams = {},
  credentials = ServerCredentials.createInsecure(),
  port = 0,
}: ServerOptions): Promise<GrpcTestServer> {
  const server = new Server({ 'grpc.max_send_message_length': -1 })
  for (const [path, handler] of Object.entries(unary)) server.addService({ call: definition(path, false) }, { call: handler })
  for (const [path, handler] of Object.entries(streams)) server.addService({ call: definition(path, true) }, { call: handler })
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, boundPort) => (error === null ? resolve(boundPort) : reject(error)))
  })
  return { port: bound, server, stop: () => server.forceShutdown() }
}

function definition(path: string, responseStream: boolean) {
  const same = (bytes: Bytes) => bytes
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  } as const
}
