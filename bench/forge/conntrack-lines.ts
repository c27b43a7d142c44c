import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'

/** Longest time after which a connection is over. */
const OPEN_MS = 40_000

/** `conntrack -E -o id,timestamp` of the client's machine, and of the server's where that is another. */
export const CONNTRACK_LOG: Rendering = {
  name: 'conntrack',
  way: 'posted',
  records: (truth) => truth.flatMap(linesOf),
  // What a policy refused never gets there.
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : null),
  namesPods: false,
  namesOutside: true,
  hasIds: true,
  maxDelayMs: 4_000,
}

function linesOf(connection: TrueConnection): readonly ForgedRecord[] {
  const { id, at, client, server, service, isAllowed } = connection
  if (!isAllowed) return []
  const end = at + 1 + ((id * 7_919) % OPEN_MS)
  const called = service?.ip ?? (typeof server === 'string' ? server : server.ip)
  const hereIds = [10_000 + id, 50_000 + id]
  const both = [...pair(connection, called, at, end, hereIds[0] ?? 0)]
  if (typeof server !== 'string' && server.node !== client.node) both.push(...pair(connection, server.ip, at, end, hereIds[1] ?? 0))
  return both
}

function pair(connection: TrueConnection, called: string, at: number, end: number, id: number): readonly ForgedRecord[] {
  const { client, clientPort, server, port } = connection
  const address = typeof server === 'string' ? server : server.ip
  const tuple = `src=${client.ip} dst=${called} sport=${clientPort} dport=${port}`
  const reply = `src=${address} dst=${client.ip} sport=${port} dport=${clientPort}`
  const begun = `[${seconds(at)}]\t    [NEW] tcp      6 120 SYN_SENT ${tuple} [UNREPLIED] ${reply} id=${id}`
  const over = `[${seconds(end)}]\t[DESTROY] tcp      6 ${tuple} packets=6 bytes=600 ${reply} packets=5 bytes=900 [ASSURED] id=${id}`
  return [
    { at, connection: connection.id, text: begun },
    { at: end, connection: connection.id, text: over },
  ]
}

function seconds(at: number): string {
  return `${Math.floor(at / 1_000)}.${String(at % 1_000).padStart(3, '0')}000`
}
