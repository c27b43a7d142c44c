import type { Result } from '@/lib/model/problem'
import type { OwnAccess } from '../config'
import { ACCESS_SETTINGS, parseSettings, readAccess } from './source-settings'

/** A server that is asked over HTTP, and what of it. */
export type AskedUrl = {
  /** Without what followed the `#`. */
  readonly url: string
  /** Whose data is asked for; null: not said. */
  readonly tenant: string | null
  /** Labels that everything asked for must have, in the order written. */
  readonly labels: readonly { readonly name: string; readonly value: string }[]
  /** Files for the connection; undefined: not said. */
  readonly access: OwnAccess | undefined
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/

/**
 * Reads `http(s)://…`, after which `#tenant=NAME&LABEL=VALUE&ca=FILE` may stand: no server ever sees what follows a `#`. The names
 * of settings are no names of labels then.
 */
export function parseAskedUrl(text: string, base: string): Result<AskedUrl, string> {
  const parsed = URL.canParse(text) ? new URL(text) : null
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    const shown = text.includes('://') ? `"${text}" is not a URL` : 'what is asked is not a URL'
    return { ok: false, error: `${shown} such as http://127.0.0.1:9090` }
  }
  const written = parsed.hash.slice(1)
  parsed.hash = ''
  const settings = parseSettings(written)
  if (!settings.ok) return { ok: false, error: `"#${written}" is not #tenant=NAME or #LABEL=VALUE, several joined by &: ${settings.error}` }
  const access = readAccess(settings.value, base)
  if (!access.ok) return { ok: false, error: `"#${written}": ${access.error}` }
  let tenant: string | null = null
  const labels: AskedUrl['labels'][number][] = []
  for (const { name, value } of settings.value) {
    if (!LABEL_NAME.test(name)) return { ok: false, error: `"#${written}" is not #tenant=NAME or #LABEL=VALUE, several joined by &` }
    if (name === 'tenant') tenant = value
    else if (!ACCESS_SETTINGS.includes(name)) labels.push({ name, value })
  }
  if (tenant !== null && !/^[\x21-\x7e]{1,150}$/.test(tenant)) return { ok: false, error: `"${tenant}" is no name of a tenant` }
  return { ok: true, value: { url: parsed.href, tenant, labels, access: access.value } }
}
