import { parseAddress } from '../../model/address'
import type { Protocol } from '../../model/protocol'
import type { ConnectionRow, Connectivity } from '../connectivity/connectivity'
import type { NaiveEnd } from './naive-network-policy'

export type FindConnection = (from: NaiveEnd, to: NaiveEnd, protocol: Protocol, port: number) => boolean

/** Answers from the whole connectivity, as a reader of its rows would find them. */
export function findConnection({ connections }: Pick<Connectivity, 'connections'>): FindConnection {
  const rows = new Map<string, ConnectionRow[]>()
  const sideOf = (name: string): string => (name.startsWith('ip:') ? 'outside' : name)
  for (const row of connections) {
    const key = `${sideOf(row.src)} ${sideOf(row.dst)}`
    const sharing = rows.get(key)
    if (sharing === undefined) rows.set(key, [row])
    else sharing.push(row)
  }
  return (from, to, protocol, port) =>
    (rows.get(`${sideOf(endName(from))} ${sideOf(endName(to))}`) ?? []).some(
      ({ src, dst, conns }) =>
        isInside(src, from) &&
        isInside(dst, to) &&
        (conns === 'all' || (conns !== 'none' && (conns[protocol] ?? []).some(([low, high]) => low <= port && port <= high))),
    )
}

/** The end as questions and rows name it. */
export function endName(end: NaiveEnd): string {
  return end.kind === 'pod' ? `${end.namespace}/${end.name}` : `ip:${end.ip}`
}

/** Ends of different families never talk, and outside to outside is nobody's question. */
export function canBeAsked(from: NaiveEnd, to: NaiveEnd): boolean {
  return from !== to && from.ip.includes(':') === to.ip.includes(':') && (from.kind === 'pod' || to.kind === 'pod')
}

function isInside(name: string, end: NaiveEnd): boolean {
  if (end.kind === 'pod') return true
  const [first = '', last = first] = name.slice(3).split('-')
  const [low, high, asked] = [parseAddress(first), parseAddress(last), parseAddress(end.ip)]
  if (low === null || high === null || asked === null) throw new Error(`no addresses in ${name}`)
  return low.family === asked.family && low.value <= asked.value && asked.value <= high.value
}
