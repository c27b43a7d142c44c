import { MAX_PORT, MIN_PORT, PROTOCOLS } from '../../model/protocol'
import type { ConnectionSet } from '../../policy/types'

/** Protocols and ports in short: `all`, `none`, or `TCP 80,8000-8100 UDP 53`. A protocol alone means all its ports. */
export function connectionsText(conns: ConnectionSet): string {
  if (conns === 'all' || conns === 'none') return conns
  return PROTOCOLS.flatMap((protocol) => {
    const ranges = conns[protocol] ?? []
    if (ranges.length === 0) return []
    if (ranges.length === 1 && ranges[0]?.[0] === MIN_PORT && ranges[0]?.[1] === MAX_PORT) return [protocol]
    return [`${protocol} ${ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')}`]
  }).join(' ')
}
