import { readFile } from 'node:fs/promises'

/** Where systems keep the authorities they trust, in the order in which kubectl looks. */
const BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The authorities that this machine trusts, as PEM; null when it has no list, which leaves those of Node. */
export async function systemAuthorities(environment: Readonly<Record<string, string | undefined>>): Promise<readonly string[] | null> {
  const named = environment.SSL_CERT_FILE ?? ''
  for (const path of named === '' ? BUNDLES : [named]) {
    try {
      return [await readFile(path, 'utf8')]
    } catch {
      // The next place.
    }
  }
  return null
}
