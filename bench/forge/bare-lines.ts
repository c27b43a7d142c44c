import type { ForgedRecord } from './record'
import type { TrueConnection } from './truth'

/** A line of our own format that knows nothing but addresses, as a script on a machine would write it. */
export function bareLines(connection: TrueConnection): readonly ForgedRecord[] {
  const { id, at, client, clientPort, server, port, isAllowed } = connection
  const line = {
    time: at,
    id: `bare-${id}`,
    from: `ip:${client.ip}`,
    to: `ip:${typeof server === 'string' ? server : server.ip}`,
    fromPort: clientPort,
    port,
    verdict: isAllowed ? 'forwarded' : 'dropped',
  }
  return [{ at, connection: id, text: JSON.stringify(line) }]
}
