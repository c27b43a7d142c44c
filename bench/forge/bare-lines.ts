import type { ForgedRecord } from './record'
import type { Rendering } from './rendering'
import type { TrueConnection } from './truth'

/** Lines of our own format that know nothing but addresses, as a script on a machine would write them. */
export const BARE_LINES: Rendering = {
  name: 'addresses alone',
  way: 'posted',
  records: (truth) => truth.map(line),
  outcome: ({ isAllowed }) => (isAllowed ? 'forwarded' : 'dropped'),
  namesPods: false,
  namesOutside: true,
  hasIds: true,
  maxDelayMs: 4_000,
}

function line({ id, at, client, clientPort, server, port, isAllowed }: TrueConnection): ForgedRecord {
  const body = {
    time: at,
    id: `bare-${id}`,
    from: `ip:${client.ip}`,
    to: `ip:${typeof server === 'string' ? server : server.ip}`,
    fromPort: clientPort,
    port,
    verdict: isAllowed ? 'forwarded' : 'dropped',
  }
  return { at, connection: id, text: JSON.stringify(body) }
}
