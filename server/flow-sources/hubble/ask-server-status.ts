import { GrpcConnection } from '../grpc/grpc-connection'
import { GrpcError } from '../grpc/grpc-error'
import { STATUS_UNIMPLEMENTED } from '../grpc/grpc-status'
import { addressOf, type GrpcTarget } from '../grpc/open-session'
import { ProtobufError } from '../grpc/protobuf-reader'
import { readServerStatus, type ServerStatus } from './observer-messages'

const DEADLINE_MS = 10_000

/** Asks a Hubble server once how it is, on a connection of its own. Throws `GrpcError` with a sentence that says what to do. */
export async function askServerStatus(target: GrpcTarget, signal: AbortSignal): Promise<ServerStatus> {
  const connection = await GrpcConnection.open(target, signal)
  try {
    return readServerStatus(
      await connection.unary('/observer.Observer/ServerStatus', new Uint8Array(), { deadlineMs: DEADLINE_MS, signal }),
    )
  } catch (error) {
    if (error instanceof ProtobufError) throw new GrpcError('broken', `${addressOf(target)}: its answer cannot be read`, { cause: error })
    throw error instanceof GrpcError && error.status === STATUS_UNIMPLEMENTED ? notHubble(target, error) : error
  } finally {
    connection.close()
  }
}

export function notHubble(target: GrpcTarget, cause: GrpcError): GrpcError {
  return new GrpcError('status', `${addressOf(target)} is a gRPC server and not one of Hubble; is that the right port?`, { cause })
}
