import { type Field, splitFields } from './fields'

/** The common beginning of access logs: `CLIENT - USER [TIME] "REQUEST" STATUS BYTES "REFERER" "AGENT"`, and what follows. */
export type CombinedLog = {
  readonly client: string
  /** As in the Common Log Format: `22/Nov/2026:14:56:22 +0000`. */
  readonly time: string
  readonly request: string
  readonly status: string
  readonly bytes: string
  readonly rest: readonly Field[]
}

/** A cheap look: a time in brackets as the Common Log Format has it, then a quote. */
export function isCombinedText(text: string): boolean {
  const end = text.indexOf('] "')
  const start = end - 26
  return start > 5 && end < 400 && text[start - 1] === '[' && text[start + 2] === '/' && text[start + 6] === '/'
}

/** Null when it is another layout. The client may stand in brackets, as IPv6 addresses do. The user's name may hold spaces, and no quotes. */
export function readCombined(text: string): CombinedLog | null {
  if (!isCombinedText(text)) return null
  const fields = splitFields(text, 0, 'backslash')
  if (fields === null) return null
  const at = fields.findIndex(({ kind }, index) => kind === 'bracketed' && fields[index + 1]?.kind === 'quoted')
  const [time, request, status, bytes, referer, agent] = fields.slice(at, at + 6)
  const client = fields[0]
  if (at < 2 || client === undefined || client.kind === 'quoted' || time === undefined || request === undefined) return null
  if (status?.kind !== 'bare' || bytes?.kind !== 'bare' || referer?.kind !== 'quoted' || agent?.kind !== 'quoted') return null
  return {
    client: client.text,
    time: time.text,
    request: request.text,
    status: status.text,
    bytes: bytes.text,
    rest: fields.slice(at + 6),
  }
}
