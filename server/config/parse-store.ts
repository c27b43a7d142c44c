import { resolve } from 'node:path'
import type { Result } from '@/lib/model/problem'
import type { StoreChoice } from '../config'

const FORMS = 'memory, embedded:DIR, clickhouse:URL'
const MOST_DAYS = 3_650
const LEAST_BYTES = 64 * 1024 ** 2

/** `memory`, `embedded:DIR` or `clickhouse:URL`; the path of the URL names the database, `?cluster=` a cluster of servers. */
export function parseStore(text: string, base: string): Result<StoreChoice, string> {
  if (text === 'memory') return { ok: true, value: { kind: 'memory' } }
  const [kind, ...rest] = text.split(':')
  const place = rest.join(':')
  if (kind === 'embedded') {
    if (place === '') return refuse('"embedded:" wants a folder, for example embedded:./.sluice/data')
    return { ok: true, value: { kind: 'embedded', folder: resolve(base, place) } }
  }
  return kind === 'clickhouse' ? parseServer(place) : refuse(`"${rest.length === 0 ? kind : `${kind}:`}" is not known; allowed: ${FORMS}`)
}

function parseServer(text: string): Result<StoreChoice, string> {
  if (!URL.canParse(text)) return refuse('"clickhouse:" wants a URL, for example clickhouse:http://127.0.0.1:8123')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse('the URL of ClickHouse begins with http:// or https://')
  const database = url.pathname.replace(/^\//, '') || 'sluice'
  const cluster = url.searchParams.get('cluster')
  for (const name of [database, ...(cluster === null ? [] : [cluster])]) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) return refuse(`"${name}" is no name of letters, digits and _`)
  }
  url.pathname = ''
  url.search = ''
  return { ok: true, value: { kind: 'clickhouse', url: url.href, database, cluster } }
}

/** Days from `14d`. */
export function parseDays(text: string): Result<number, string> {
  const days = Number(/^(\d{1,4})d$/.exec(text)?.[1] ?? 0)
  if (days < 1 || days > MOST_DAYS) return refuse(`"${text}" is not a number of days from 1d to ${MOST_DAYS}d, for example 14d`)
  return { ok: true, value: days }
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
  ['TiB', 1024 ** 4],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
])

/** Bytes from `500MiB` or `20GB`. */
export function parseSize(text: string): Result<number, string> {
  const match = /^(\d{1,6})([MGT]i?B)$/.exec(text)
  const bytes = Number(match?.[1] ?? 0) * (UNITS.get(match?.[2] ?? '') ?? 0)
  if (bytes < LEAST_BYTES || !Number.isSafeInteger(bytes)) return refuse(`"${text}" is not a size of at least 64MiB, for example 20GiB`)
  return { ok: true, value: bytes }
}

function refuse(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error }
}
