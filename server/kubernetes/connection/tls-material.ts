import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { ApiConnectionError, type ApiConnectionFault } from './api-connection-error'
import type { ConnectionSettings, StoredText } from './connection-settings'
import { systemAuthorities } from './system-authorities'

/** A certificate that proves who we are, with its key, as PEM. */
export type ClientCertificate = { readonly certificate: string; readonly key: string }

/** What a TLS handshake with the API server needs, as it is in the files now. */
export type TlsMaterial = {
  /** PEM of the authorities; null when any certificate is taken. */
  readonly authorities: readonly string[] | null
  readonly client: ClientCertificate | null
  /** Equal for equal material. */
  readonly fingerprint: string
}

/** @param issued certificate of a credential plugin, which counts before that of the settings. */
export async function readTlsMaterial(
  settings: ConnectionSettings,
  issued: ClientCertificate | null,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<TlsMaterial> {
  const { trust, clientCertificate } = settings
  const client = issued ?? (clientCertificate === null ? null : await readClient(clientCertificate))
  const authorities = trust.kind === 'authorities' ? [await readStored(trust.pem, 'the certificate-authority', 'tls')] : null
  const hash = createHash('sha256')
  for (const part of [...(authorities ?? []), client?.certificate ?? '', client?.key ?? '']) hash.update(`${part.length}:${part}`)
  return {
    authorities: trust.kind === 'system' ? ((await systemAuthorities(environment)) ?? rootCertificates) : authorities,
    client,
    fingerprint: hash.digest('hex'),
  }
}

async function readClient({ certificate, key }: NonNullable<ConnectionSettings['clientCertificate']>): Promise<ClientCertificate> {
  return {
    certificate: await readStored(certificate, 'the client-certificate', 'credentials'),
    key: await readStored(key, 'the client-key', 'credentials'),
  }
}

async function readStored(stored: StoredText, what: string, fault: ApiConnectionFault): Promise<string> {
  const text = stored.kind === 'inline' ? stored.text : await readText(stored.path, what, fault)
  if (!text.includes('-----BEGIN ')) {
    const place = stored.kind === 'inline' ? '' : ` in ${stored.path}`
    throw new ApiConnectionError(fault, `${what}${place} is not PEM: it has no "-----BEGIN" line`)
  }
  return text
}

async function readText(path: string, what: string, fault: ApiConnectionFault): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read'
    throw new ApiConnectionError(fault, `${what} ${path}: ${reason}`, { cause })
  }
}
