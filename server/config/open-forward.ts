import type { ServerWish } from '../config'
import { accessOf } from './access-of'
import { formatListen, isLoopbackHost } from './parse-listen'

/** Why a forward source would take flows from anybody on the network; null when none does. */
export function describeOpenForward({ flows, flowAccess }: Pick<ServerWish, 'flows' | 'flowAccess'>): string | null {
  for (const choice of flows) {
    if (choice.kind !== 'forward' || isLoopbackHost(choice.host)) continue
    const { tokenFile, cert, key, ca } = accessOf(choice, flowAccess)
    if (tokenFile !== null || (cert !== null && key !== null && ca !== null)) continue
    return `forward:${formatListen(choice)} can be reached from other machines and nothing says who may send: name a file with a shared key (--flows-token-file), or let senders show certificates (--flows-cert, --flows-key and --flows-ca), or use a loopback address such as forward:127.0.0.1:${choice.port}`
  }
  return null
}
