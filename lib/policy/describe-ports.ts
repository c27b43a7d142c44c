import { MAX_PORT, MIN_PORT, PROTOCOLS } from '../model/protocol'
import type { PortMatch } from './compiled-policy'
import type { ConnectionSets } from './connection-sets'

/** What a rule allows, in words: `TCP 80, 8000-8100 and the port named "metrics"`. */
export function describePorts(match: PortMatch, sets: ConnectionSets): string {
  const parts: string[] = []
  for (const protocol of PROTOCOLS) {
    const ranges = sets.ranges(match.set, protocol)
    if (ranges.length === 0) continue
    const texts = ranges.map(([from, to]) =>
      from === MIN_PORT && to === MAX_PORT ? 'every port' : from === to ? `${from}` : `${from}-${to}`,
    )
    parts.push(`${protocol} ${texts.join(', ')}`)
  }
  for (const { name } of match.names) parts.push(`the port named "${name}"`)
  return parts.length === 0 ? 'no port' : parts.join(' and ')
}
