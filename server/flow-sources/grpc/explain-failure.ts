import { GrpcError, type GrpcFault } from './grpc-error'

/** How the connection was meant to be, as far as it explains why there is none. */
export type Attempt = {
  /** `HOST:PORT` as it is configured. */
  readonly address: string
  readonly host: string
  /** Name that the certificate must be for; null without TLS. */
  readonly serverName: string | null
  readonly hasCertificate: boolean
}

/** Makes one sentence of what Node threw while the connection was opened: what happened and what to do. */
export function explainFailure(cause: unknown, attempt: Attempt): GrpcError {
  if (cause instanceof GrpcError) return cause
  const [fault, message] = explain(cause, attempt)
  return new GrpcError(fault, message, { cause })
}

function explain(cause: unknown, { address, host, serverName, hasCertificate }: Attempt): [GrpcFault, string] {
  const code = codeOf(cause)
  const way = WAYS.get(code)
  if (way !== undefined) return [way.fault, `${address}: ${way.words(host)}`]
  if (AUTHORITY.has(code)) {
    return ['tls-authority', `${address}: its certificate comes from an authority that is not trusted; name the right one with --flows-ca`]
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const expected = serverName ?? host
    return [
      'tls-server-name',
      `${address}: its certificate is for ${certificateNames(cause)}, not for ${expected}; name one of its names with --flows-server-name`,
    ]
  }
  if (code === 'CERT_HAS_EXPIRED') return ['tls', `${address}: its certificate has expired (or the clock of this machine is ahead)`]
  if (code === 'CERT_NOT_YET_VALID') return ['tls', `${address}: its certificate is not valid yet (or the clock of this machine is behind)`]
  if (CERTIFICATE_WANTED.has(code) || (REFUSED_CERTIFICATE.has(code) && !hasCertificate)) {
    return ['tls-certificate', `${address}: it wants a client certificate; name ours with --flows-cert and --flows-key`]
  }
  const refused = REFUSED_CERTIFICATE.get(code)
  if (refused !== undefined) {
    return [
      'tls-certificate',
      `${address}: it refuses our client certificate (${refused}); check the files of --flows-cert and --flows-key`,
    ]
  }
  if (NO_TLS.has(code)) return ['tls-not-spoken', notSpoken(address)]
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_')) {
    return ['tls', `${address}: the TLS handshake failed (${reasonOf(cause)})`]
  }
  return ['lost', `${address}: the connection was lost (${LOST.get(code) ?? reasonOf(cause)})`]
}

export function notSpoken(address: string): string {
  return `${address}: it does not speak TLS; leave out --flows-ca, --flows-cert, --flows-key and --flows-server-name, or connect to its TLS port`
}

export function tlsExpected(address: string): string {
  return `${address}: it speaks TLS only; name its authority with --flows-ca (and --flows-cert, --flows-key if it wants a client certificate)`
}

/** Code of an error of Node; of the first one, where several addresses of a name were tried. */
export function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && 'reason' in cause && typeof cause.reason === 'string') return cause.reason
  const code = codeOf(cause)
  return code === '' && cause instanceof Error ? cause.message.slice(0, 200) : code
}

function certificateNames(cause: unknown): string {
  const certificate = cause instanceof Error && 'cert' in cause ? cause.cert : null
  const isNamed = typeof certificate === 'object' && certificate !== null && 'subjectaltname' in certificate
  const names = isNamed ? String(certificate.subjectaltname).replaceAll(/(?:DNS|IP Address):/g, '') : ''
  return names === '' ? 'another name' : names.slice(0, 300)
}

type Way = { readonly fault: GrpcFault; readonly words: (host: string) => string }

const WAYS: ReadonlyMap<string, Way> = new Map<string, Way>([
  ['ENOTFOUND', { fault: 'name', words: (host) => `the name ${host} is not known (no such host); check its spelling and namespace` }],
  ['EAI_AGAIN', { fault: 'name', words: (host) => `the name ${host} cannot be looked up now (DNS does not answer)` }],
  ['ECONNREFUSED', { fault: 'refused', words: () => 'nobody listens there (connection refused); check the port, and whether it runs' }],
  ['EHOSTUNREACH', { fault: 'unreachable', words: () => 'there is no route to it' }],
  ['ENETUNREACH', { fault: 'unreachable', words: () => 'there is no route to its network' }],
  ['EADDRNOTAVAIL', { fault: 'unreachable', words: () => 'this machine has no address to connect from' }],
  ['EACCES', { fault: 'unreachable', words: () => 'this machine does not allow the connection' }],
  ['EPERM', { fault: 'unreachable', words: () => 'this machine does not allow the connection' }],
  [
    'ETIMEDOUT',
    { fault: 'timeout', words: () => 'it does not answer (timed out); does a firewall or network policy drop the connection?' },
  ],
])

const AUTHORITY: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
])

const CERTIFICATE_WANTED: ReadonlySet<string> = new Set([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED',
])

/** Alerts with which a server refuses a certificate of ours. Servers before TLS 1.3 send some of them when there is none. */
const REFUSED_CERTIFICATE: ReadonlyMap<string, string> = new Map([
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'it does not know its authority'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'bad certificate'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'it does not accept it'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'it has expired'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', 'it is revoked'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'the handshake failed'],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'access denied'],
])

const NO_TLS: ReadonlySet<string> = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'])

const LOST: ReadonlyMap<string, string> = new Map([
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection closed'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'connection closed'],
  ['ERR_HTTP2_SESSION_ERROR', 'the server ended it'],
  ['ERR_HTTP2_GOAWAY_SESSION', 'the server is going away'],
  ['ERR_HTTP2_INVALID_SESSION', 'it has ended'],
  ['ERR_HTTP2_STREAM_ERROR', 'the server reset the call'],
  ['ERR_HTTP2_STREAM_CANCEL', 'it has ended'],
])
