import { parseAddress, parseCidr } from './address'

const ENTITIES: readonly string[] = ['world', 'host', 'remote-node', 'kube-apiserver', 'unknown']

/**
 * What is wrong with a name of an end (`NS`, `NS/NAME`, `NS/NAME[KIND]`, `svc:NS/NAME`, `ip:A`, `ip:A-B`, `cidr:C`,
 * `dns:NAME`, `entity:NAME`), in a few words; null when it is one. Whether there is such a thing is another question.
 */
export function endNameProblem(name: string): string | null {
  const colon = name.indexOf(':')
  const prefix = colon > 0 && !name.slice(0, colon).includes('/') ? name.slice(0, colon) : null
  const rest = prefix === null ? name : name.slice(colon + 1)
  switch (prefix) {
    case null:
      return /^[^/\s]+(\/[^/\s]+)?$/.test(name) ? null : `"${name}" is no name: write NS, NS/NAME or NS/NAME[KIND]`
    case 'svc':
      return /^[^/\s]+\/[^/\s]+$/.test(rest) ? null : `"${name}" is no service: write svc:NS/NAME`
    case 'ip':
      return isAddressOrRange(rest) ? null : `"${name}" is no address: write ip:A, or ip:A-B for a range`
    case 'cidr':
      return parseCidr(rest) === null ? `"${name}" is no range: write cidr:A/PREFIX` : null
    case 'dns':
      return rest === '' || /\s/.test(rest) ? `"${name}" is no DNS name: write dns:NAME` : null
    case 'entity':
      return ENTITIES.includes(rest) ? null : `"${name}" is no entity: there are ${ENTITIES.join(', ')}`
    default:
      return `"${name}" begins with none of svc:, ip:, cidr:, dns:, entity:`
  }
}

function isAddressOrRange(text: string): boolean {
  if (parseAddress(text) !== null) return true
  const dash = text.indexOf('-')
  const first = parseAddress(text.slice(0, Math.max(dash, 0)))
  const last = parseAddress(text.slice(dash + 1))
  return first !== null && last !== null && first.family === last.family && first.value <= last.value
}
