import type { TLSSocket } from 'node:tls'

/** What went wrong in a TLS handshake, for whoever runs the sender; null when nobody spoke (a TCP heartbeat). */
export function describeTlsFault(error: unknown, socket: TLSSocket): string | null {
  // A certificate that is not accepted ends the connection as if the sender had left.
  const refused: unknown = socket.authorizationError
  const code = typeof refused === 'string' ? refused : error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return null
    case 'ERR_SSL_HTTP_REQUEST':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'speaks without TLS; turn it on in the sender'
    case 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE':
      return 'shows no certificate; give the sender one of the authority in --flows-ca'
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
      return 'does not trust our certificate; give the sender the authority that signed it'
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return 'did not finish the TLS handshake in time'
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'ERR_SSL_CERTIFICATE_VERIFY_FAILED':
      return 'shows a certificate that no authority in --flows-ca signed'
    case 'CERT_HAS_EXPIRED':
      return 'shows a certificate that has expired'
    default:
      return `failed the TLS handshake (${code === '' ? 'unknown error' : code})`
  }
}
