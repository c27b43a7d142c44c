import { readAddressPort, readPort } from '../parts/address-port'
import { readClfTime } from '../parts/clf-time'
import { isCombinedText, readCombined } from '../parts/combined-log'
import { decimalOf, type Field, numberOf, statedOf } from '../parts/fields'
import { readRequestLine } from '../parts/request-flow'
import { type ServiceName, servicesOfJoinedName } from '../parts/service-names'
import { type BackendTry, type ProxiedRequest, statedStatus } from './proxied-request'

/** `… "AGENT" 92 0.023 [`: the combined log with two numbers and a bracket behind it is ingress-nginx's own. */
export function isNginxText(text: string): boolean {
  if (!isCombinedText(text)) return false
  const quote = text.lastIndexOf('"')
  const bracket = text.indexOf(' [', quote)
  if (bracket === -1 || bracket - quote > 48) return false
  const [length, seconds, ...others] = text
    .slice(quote + 1, bracket)
    .trim()
    .split(' ')
  return numberOf(length) !== null && decimalOf(seconds) !== null && others.length === 0
}

/** Reads a line of ingress-nginx's `upstreaminfo` format; null when it is broken. Old releases have no alternative name. */
export function readNginxText(text: string): ProxiedRequest | null {
  const log = readCombined(text)
  if (log === null) return null
  const [length, seconds, name, alternative] = log.rest
  const latency = decimalOf(seconds?.text)
  if (name?.kind !== 'bracketed' || latency === null) return null
  const lists = readLists(log.rest.slice(alternative?.kind === 'bracketed' ? 4 : 3))
  if (lists === null) return null
  const code = numberOf(log.status)
  if (code === null) return null
  const [received, sent] = [numberOf(length?.text), numberOf(log.bytes)]
  const { method, path } = readRequestLine(log.request)
  const { services, servicePort } = servedBy(name.text)
  // Written out: copying what other objects have takes most of the time of a line.
  return {
    method,
    path,
    services,
    servicePort,
    time: readClfTime(log.time),
    client: readAddressPort(log.client),
    status: statedStatus(code),
    latencyMs: latency * 1_000,
    bytes: received === null || sent === null ? null : received + sent,
    listenPort: null,
    tries: triesOf(lists),
  }
}

/** The values of each backend that was tried, in the order of the tries. */
export type UpstreamLists = {
  readonly addresses: readonly string[]
  readonly lengths: readonly string[]
  readonly seconds: readonly string[]
  readonly statuses: readonly string[]
}

/** More tries of one request are not read. */
const MAX_TRIES = 16

export function triesOf({ addresses, lengths, seconds, statuses }: UpstreamLists): readonly BackendTry[] {
  const tries: BackendTry[] = []
  for (const [index, address] of addresses.slice(0, MAX_TRIES).entries()) {
    if (statedOf(address) === null) continue
    const time = decimalOf(seconds[index])
    tries.push({
      address: readAddressPort(address),
      status: numberOf(statuses[index]),
      length: numberOf(lengths[index]),
      latencyMs: time === null ? null : time * 1_000,
    })
  }
  return tries
}

/** The Services behind `NAMESPACE-SERVICE-PORT`, and the port where it is a number. */
export function servedBy(upstream: string | null): { readonly services: readonly ServiceName[]; readonly servicePort: number | null } {
  if (upstream === null || upstream === '' || upstream === 'internal' || upstream === 'upstream-default-backend') {
    return { services: [], servicePort: null }
  }
  return { services: servicesOfJoinedName(upstream), servicePort: readPort(upstream.slice(upstream.lastIndexOf('-') + 1)) }
}

/** The four lists: their items stand apart by `, `, and by ` : ` where nginx went on inside of itself. */
function readLists(fields: readonly Field[]): UpstreamLists | null {
  const lists: (readonly string[])[] = []
  let at = 0
  while (lists.length < 4) {
    const list: string[] = []
    for (;;) {
      const text = fields[at]?.text
      if (text === undefined) return null
      at++
      const hasMore = text.endsWith(',')
      list.push(hasMore ? text.slice(0, -1) : text)
      if (hasMore) continue
      if (fields[at]?.text !== ':') break
      at++
    }
    lists.push(list)
  }
  const [addresses = [], lengths = [], seconds = [], statuses = []] = lists
  return { addresses, lengths, seconds, statuses }
}
