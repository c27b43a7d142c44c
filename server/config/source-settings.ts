import { resolve } from 'node:path'
import type { Result } from '@/lib/model/problem'
import type { OwnAccess } from '../config'

/** A setting behind the address of a source, its value decoded. */
export type Setting = { readonly name: string; readonly value: string }

/** Settings that name files. */
const FILES = ['ca', 'cert', 'key', 'tokenFile'] as const
/** Settings of how a source is spoken to. */
export const ACCESS_SETTINGS: readonly string[] = [...FILES, 'serverName']

/** Reads `NAME=VALUE&NAME=VALUE`, values percent-encoded where they must be; nothing for an empty text. */
export function parseSettings(text: string): Result<readonly Setting[], string> {
  const settings: Setting[] = []
  for (const part of text === '' ? [] : text.split('&')) {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const value = equals === -1 ? '' : decode(part.slice(equals + 1))
    if (value === null)
      return { ok: false, error: `the value of "${name}" is not percent-encoded as it should be: write a % itself as %25` }
    if (name === '' || value === '') return { ok: false, error: `"${part}" is not NAME=VALUE` }
    settings.push({ name, value })
  }
  return { ok: true, value: settings }
}

/** The settings of access among others. `base` is the folder that relative paths start from; undefined when there are none. */
export function readAccess(settings: readonly Setting[], base: string): Result<OwnAccess | undefined, string> {
  const own: { -readonly [Name in keyof OwnAccess]: OwnAccess[Name] } = {}
  const seen = new Set<string>()
  for (const { name, value } of settings) {
    if (!ACCESS_SETTINGS.includes(name)) continue
    if (seen.has(name)) return { ok: false, error: `"${name}" stands there twice` }
    seen.add(name)
    const file = FILES.find((each) => each === name)
    if (file === undefined) own.serverName = value
    else own[file] = resolve(base, value)
  }
  const missing = own.cert === undefined ? 'cert' : 'key'
  if ((own.cert === undefined) !== (own.key === undefined)) {
    return { ok: false, error: `a certificate goes with its key: "${missing}" is missing` }
  }
  return { ok: true, value: seen.size === 0 ? undefined : own }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
