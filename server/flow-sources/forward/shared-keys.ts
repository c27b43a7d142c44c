import type { Result } from '@/lib/model/problem'

/** What senders must know: the shared key, and a name with its password where names are listed. */
export type SharedKeys = {
  readonly key: string
  /** Name to password; empty when every sender with the key is let in. */
  readonly users: ReadonlyMap<string, string>
}

/** Reads the key file: the shared key on its first line, then a `NAME:PASSWORD` on each line, if senders have names. */
export function parseSharedKeys(text: string): Result<SharedKeys, string> {
  const [first = '', ...rest] = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const key = first.trim()
  if (key === '') return { ok: false, error: 'has no shared key on its first line' }
  const users = new Map<string, string>()
  for (const [index, line] of rest.entries()) {
    if (line.trim() === '') continue
    const colon = line.indexOf(':')
    if (colon < 1 || colon === line.length - 1) return { ok: false, error: `line ${index + 2} is not NAME:PASSWORD` }
    users.set(line.slice(0, colon).trim(), line.slice(colon + 1))
  }
  return { ok: true, value: { key, users } }
}
