import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { GrpcError } from './grpc-error'

/** Files of one connection, absolute paths; null: not used. They are read anew for each connection. */
export type TlsFiles = {
  /** Authorities that the server's certificate must come from; null for those of Node. */
  readonly ca: string | null
  /** The certificate that is shown to the server, and its key. */
  readonly cert: string | null
  readonly key: string | null
}

export type TlsMaterial = {
  readonly context: SecureContext
  /** Whether a certificate of ours is shown. */
  readonly hasCertificate: boolean
}

/** Reads the files as they are now. Throws `GrpcError` (`tls-files`) that names the file and what is wrong with it. */
export async function readTlsFiles({ ca, cert, key }: TlsFiles): Promise<TlsMaterial> {
  if ((cert === null) !== (key === null)) {
    const [there, missing] = cert === null ? ['key', 'certificate'] : ['certificate', 'key']
    throw new GrpcError('tls-files', `a ${there} for TLS is configured and its ${missing} is not; name both`)
  }
  const authorities = ca === null ? {} : { ca: await readAuthorities(ca) }
  if (cert === null || key === null) {
    return { context: contextOf(authorities, 'TLS cannot be set up'), hasCertificate: false }
  }
  const own = { cert: await readPem(cert, 'certificate'), key: await readPem(key, 'key') }
  const problem = `the certificate ${cert} and the key ${key} cannot be read, or do not belong together`
  return { context: contextOf({ ...authorities, ...own }, problem), hasCertificate: true }
}

/** OpenSSL passes over what it cannot read, and then trusts nobody: better said at once. */
async function readAuthorities(path: string): Promise<string> {
  const pem = await readPem(path, 'authorities')
  try {
    new X509Certificate(pem)
  } catch (cause) {
    throw new GrpcError('tls-files', `the file for TLS ${path} (authorities) holds no readable certificate`, { cause })
  }
  return pem
}

async function readPem(path: string, what: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const reason = isMissing ? 'there is no such file' : 'it cannot be read'
    throw new GrpcError('tls-files', `the file for TLS ${path} (${what}): ${reason}`, { cause })
  }
  if (text.includes('-----BEGIN ')) return text
  throw new GrpcError('tls-files', `the file for TLS ${path} (${what}) is not PEM: it has no "-----BEGIN" line`)
}

function contextOf(options: Parameters<typeof createSecureContext>[0], problem: string): SecureContext {
  try {
    return createSecureContext(options)
  } catch (cause) {
    throw new GrpcError('tls-files', problem, { cause })
  }
}
