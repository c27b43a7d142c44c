import { ApiConnectionError, type ApiConnectionFault } from './api-connection-error'

/** Makes one sentence for people of what Node threw. `server` is the address as the settings have it. */
export function explainFault(cause: unknown, server: string): ApiConnectionError {
  if (cause instanceof ApiConnectionError) return cause
  const { fault, message } = explain(cause, server)
  return new ApiConnectionError(fault, message, { cause })
}

type Explanation = { readonly fault: ApiConnectionFault; readonly message: string }

function explain(cause: unknown, server: string): Explanation {
  const code = codeOf(cause)
  const unreachable = UNREACHABLE.get(code)
  if (unreachable !== undefined) return { fault: 'unreachable', message: `${server} cannot be reached: ${unreachable}` }
  if (code === 'ETIMEDOUT') return { fault: 'timeout', message: `${server} does not answer (connection timed out)` }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { fault: 'tls', message: nameMismatch(cause, server) }
  const tls = TLS.get(code) ?? (isTlsCode(code) ? `the TLS handshake failed (${plainTlsReason(cause)})` : undefined)
  if (tls !== undefined) return { fault: 'tls', message: `${server}: ${tls}` }
  if (LOST.has(code)) return { fault: 'lost', message: `the connection to ${server} was lost (${LOST.get(code)})` }
  return { fault: 'lost', message: `the connection to ${server} was lost (${cause instanceof Error ? cause.message : String(cause)})` }
}

function codeOf(cause: unknown): string {
  // What several addresses of one name gave: the first tells.
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there (connection refused)'],
  ['ENOTFOUND', 'its name is not known (no such host)'],
  ['EAI_AGAIN', 'its name cannot be looked up (DNS does not answer)'],
  ['EHOSTUNREACH', 'there is no route to it'],
  ['ENETUNREACH', 'there is no route to its network'],
  ['EACCES', 'this machine does not allow it'],
  ['EPERM', 'this machine does not allow it'],
  ['EADDRNOTAVAIL', 'this machine has no address to connect from'],
])

const UNKNOWN_AUTHORITY =
  'its certificate is signed by an authority that is not trusted (x509: certificate signed by unknown authority); is this the right certificate-authority?'
const BAD_CERTIFICATE = 'the server refuses our client certificate'

const TLS: ReadonlyMap<string, string> = new Map([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['CERT_SIGNATURE_FAILURE', UNKNOWN_AUTHORITY],
  ['CERT_UNTRUSTED', UNKNOWN_AUTHORITY],
  ['CERT_REJECTED', UNKNOWN_AUTHORITY],
  ['INVALID_CA', UNKNOWN_AUTHORITY],
  ['CERT_HAS_EXPIRED', 'its certificate has expired (or the clock of this machine is ahead)'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet (or the clock of this machine is behind)'],
  ['CERT_REVOKED', 'its certificate is revoked'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'what listens there does not speak TLS; is the address http:// rather than https://?'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'what listens there does not speak TLS; is the address http:// rather than https://?'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'the server wants a client certificate and the settings name none'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', `${BAD_CERTIFICATE}: it does not know its authority`],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', BAD_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', BAD_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', `${BAD_CERTIFICATE}: it has expired`],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', `${BAD_CERTIFICATE}: it is revoked`],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'the server does not know the name that was asked for; is tls-server-name right?'],
])

const LOST: ReadonlyMap<string, string> = new Map([
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection closed'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'connection closed half-way'],
  ['ERR_HTTP2_SESSION_ERROR', 'the server ended the session'],
  ['ERR_HTTP2_GOAWAY_SESSION', 'the server is going away'],
  ['ERR_HTTP2_INVALID_SESSION', 'the session has ended'],
  ['ERR_HTTP2_STREAM_ERROR', 'the server reset the request'],
  ['ERR_HTTP2_STREAM_CANCEL', 'the session has ended'],
])

function isTlsCode(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_')
}

function plainTlsReason(cause: unknown): string {
  if (cause instanceof Error && 'reason' in cause && typeof cause.reason === 'string') return cause.reason
  return codeOf(cause)
}

function nameMismatch(cause: unknown, server: string): string {
  const certificate = cause instanceof Error && 'cert' in cause ? cause.cert : null
  const hasNames = typeof certificate === 'object' && certificate !== null && 'subjectaltname' in certificate
  const names = hasNames ? String(certificate.subjectaltname).replaceAll(/(DNS|IP Address):/g, '') : 'another name'
  return `${server}: its certificate is for ${names}, not for this name; tls-server-name can say which to expect`
}
