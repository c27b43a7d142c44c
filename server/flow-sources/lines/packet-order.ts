import type { ObservedFlow } from '@/lib/flows/flow'
import type { FlowProtocol } from '@/lib/model/protocol'

/** What a record of one packet, or of one direction of a connection, says of its place in it. */
export type PacketSigns = {
  readonly protocol: FlowProtocol
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** Flags of TCP; null when they are not known. */
  readonly flags: { readonly isSyn: boolean; readonly isAck: boolean } | null
  readonly icmpType: number | null
}

/** Which end began, and the flow's ends and ports turned so that the caller stands first. */
export type PacketOrder = {
  readonly isTurned: boolean
  readonly phase: ObservedFlow['phase']
  readonly guessedOrder: boolean
  readonly port: number | null
  readonly sourcePort: number | null
}

/** Linux takes client ports from here up (`net.ipv4.ip_local_port_range`). */
const FIRST_CLIENT_PORT = 32_768
/** Echo requests of ICMP and ICMPv6, and their answers. */
const ECHO: ReadonlySet<number> = new Set([8, 128])
const ECHO_REPLY: ReadonlySet<number> = new Set([0, 129])

/** Orders the ends of a packet by TCP's flags, else by the kind of ICMP, else by the end with the only low port; else by guess. */
export function packetOrder(signs: PacketSigns): PacketOrder {
  const { protocol, flags, icmpType } = signs
  if (protocol === 'TCP' && flags?.isSyn === true) return flags.isAck ? turned(signs) : straight(signs, 'start', false)
  if ((protocol === 'ICMP' || protocol === 'ICMPv6') && icmpType !== null) {
    if (ECHO.has(icmpType)) return straight(signs, 'start', false)
    if (ECHO_REPLY.has(icmpType)) return turned(signs)
  }
  const phase = protocol === 'TCP' && flags !== null ? 'later' : 'unknown'
  const { sourcePort, destinationPort } = signs
  if (sourcePort === null || destinationPort === null) return straight(signs, phase, true)
  const sourceIsLow = sourcePort < FIRST_CLIENT_PORT
  if (sourceIsLow === destinationPort < FIRST_CLIENT_PORT) return straight(signs, phase, true)
  return sourceIsLow ? turned(signs) : straight(signs, phase, false)
}

function straight({ sourcePort, destinationPort }: PacketSigns, phase: ObservedFlow['phase'], guessedOrder: boolean): PacketOrder {
  return { isTurned: false, phase, guessedOrder, port: destinationPort, sourcePort }
}

function turned({ sourcePort, destinationPort }: PacketSigns): PacketOrder {
  return { isTurned: true, phase: 'reply', guessedOrder: false, port: sourcePort, sourcePort: destinationPort }
}
