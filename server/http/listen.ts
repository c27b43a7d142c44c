import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ListenAddress } from '../config'
import { formatListen } from '../config/parse-listen'

/** The address cannot be listened on; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** Starts to listen and gives the port, which matters when any free one was asked for. */
export async function listen(server: Server, address: ListenAddress): Promise<number> {
  server.listen(address.port, address.host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    throw new ListenError(`cannot listen on ${formatListen(address)}: ${reason(code)}`, { cause })
  }
  return (server.address() as AddressInfo).port
}

function reason(code: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use; stop the other program or choose another port with --listen'
    case 'EACCES':
      return 'no right to use this port; choose one above 1023 with --listen'
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name does not resolve'
    default:
      return String(code ?? 'unknown error')
  }
}
