import type { JsonObject } from '../../json-fields'

/** The keys and values of a line of ztunnel, as texts; `time` is the moment at which the connection ended. */
export type ZtunnelRecord = { readonly time: string | null; readonly isEnd: boolean; readonly values: ReadonlyMap<string, string> }

const MAX_PAIRS = 64
const MAX_HEAD = 160

/** `… access connection complete src.addr=…`: separators are spaces or tabs. */
export function isZtunnelText(text: string): boolean {
  const first = text.indexOf('src.addr=')
  return first > 0 && first <= MAX_HEAD && text.lastIndexOf('access', first) !== -1
}

export function isZtunnelObject(body: JsonObject): boolean {
  return typeof body['src.addr'] === 'string' && (body['dst.addr'] !== undefined || body.scope === 'access')
}

export function readZtunnelText(text: string): ZtunnelRecord {
  const first = text.indexOf('src.addr=')
  const head = text.slice(0, first)
  const timeEnd = firstGap(head, 0)
  const values = new Map<string, string>()
  let at = first
  while (at < text.length && values.size < MAX_PAIRS) {
    const equals = text.indexOf('=', at)
    if (equals === -1) break
    const isQuoted = text[equals + 1] === '"'
    const end = isQuoted ? closingQuote(text, equals + 2) : firstGap(text, equals + 1)
    const name = text.slice(at, equals).trim()
    if (!values.has(name)) values.set(name, text.slice(isQuoted ? equals + 2 : equals + 1, end))
    at = isQuoted ? end + 1 : end
  }
  return { time: head.slice(0, timeEnd), isEnd: head.includes('connection complete'), values }
}

export function readZtunnelObject(body: JsonObject): ZtunnelRecord {
  const values = new Map<string, string>()
  for (const key of Object.keys(body).slice(0, MAX_PAIRS)) {
    const value = body[key]
    if (typeof value === 'string') values.set(key, value)
    else if (typeof value === 'number') values.set(key, String(value))
  }
  const message = values.get('message') ?? values.get('msg')
  return { time: values.get('time') ?? null, isEnd: message === 'connection complete', values }
}

function firstGap(text: string, start: number): number {
  for (let at = start; at < text.length; at++) if (text[at] === ' ' || text[at] === '\t') return at
  return text.length
}

function closingQuote(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}
