import { MAX_PORT, MIN_PORT, PROTOCOLS } from '../../model/protocol'
import type { PortMatch } from '../compiled-policy'
import type { ConnectionSets } from '../connection-sets'

/** What a rule covers, one short text for each protocol and name: `TCP 80, 443`, `port "metrics"`, `any port`. */
export function portWords(match: PortMatch, sets: ConnectionSets): readonly string[] {
  const { set, names, exceptNames, others } = match
  const words: string[] = []
  if (set === sets.all) words.push('any port')
  else {
    for (const protocol of PROTOCOLS) {
      const ranges = sets.ranges(set, protocol)
      const isWhole = ranges.length === 1 && ranges[0]?.[0] === MIN_PORT && ranges[0][1] === MAX_PORT
      const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
      if (ranges.length > 0) words.push(isWhole ? `${protocol}, any port` : `${protocol} ${texts.join(', ')}`)
    }
  }
  for (const name of new Set(names.map((one) => one.name))) {
    const protocols = names.filter((one) => one.name === name).flatMap(({ protocol }) => protocol ?? [])
    words.push(protocols.length === 1 ? `${protocols[0]} port "${name}"` : `port "${name}"`)
  }
  for (const name of new Set(exceptNames.map((one) => one.name))) words.push(`but not port "${name}"`)
  const hasIcmp = others.ICMP !== 'no' || others.ICMPv6 !== 'no'
  if (words.length === 0) words.push(hasIcmp ? 'ICMP' : 'no port')
  return words
}
