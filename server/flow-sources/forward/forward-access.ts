import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { Result } from '@/lib/model/problem'
import { parseSharedKeys, type SharedKeys } from './shared-keys'

/** Files that say who may send, absolute; null: not used. */
export type ForwardFiles = {
  /** Shared key, and names with passwords. */
  readonly tokenFile: string | null
  /** Our certificate and its key: with both of them TLS is spoken. */
  readonly cert: string | null
  readonly key: string | null
  /** Authorities: with them, only senders with a certificate of theirs are let in. */
  readonly ca: string | null
}

/** Who may send, as the files say now. */
export type ForwardAccess = {
  readonly keys: SharedKeys | null
  readonly tls: Pick<SecureContextOptions, 'cert' | 'key' | 'ca'> | null
  /** Equal for equal files. */
  readonly version: string
}

/** Reads the files. The error names the file, what is wrong with it and what to do. */
export async function readForwardAccess(files: ForwardFiles): Promise<Result<ForwardAccess, string>> {
  if ((files.cert === null) !== (files.key === null)) {
    return {
      ok: false,
      error: `TLS needs both a certificate and its key: give ${files.cert === null ? '--flows-cert' : '--flows-key'}, too`,
    }
  }
  const texts = new Map<string, string>()
  for (const path of [files.tokenFile, files.cert, files.key, files.ca]) {
    if (path === null) continue
    try {
      texts.set(path, await readFile(path, 'utf8'))
    } catch (error) {
      return { ok: false, error: `${path} cannot be read (${codeOf(error)})` }
    }
  }
  const textOf = (path: string | null) => (path === null ? undefined : texts.get(path))

  const token = textOf(files.tokenFile)
  const keys = token === undefined ? null : parseSharedKeys(token)
  if (keys !== null && !keys.ok) return { ok: false, error: `${files.tokenFile} ${keys.error}` }

  const cert = textOf(files.cert)
  const ca = textOf(files.ca)
  const tls = cert === undefined ? null : { cert, key: textOf(files.key), ...(ca === undefined ? {} : { ca }) }
  if (tls !== null) {
    try {
      createSecureContext(tls)
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'not PEM'
      return { ok: false, error: `${files.cert} and ${files.key} are no certificate and key that belong together (${reason})` }
    }
  }
  return { ok: true, value: { keys: keys === null ? null : keys.value, tls, version: JSON.stringify([...texts]) } }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}
