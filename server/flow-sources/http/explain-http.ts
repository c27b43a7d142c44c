import { maskUserinfo } from '@/lib/model/mask-userinfo'

/** Longest piece of another program's words that is shown. */
const MAX_WORDS = 300

const TLS_WORDS: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed; name it with --flows-ca'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its authority is not known here; name it with --flows-ca'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its authority is not known here; name it with --flows-ca'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its authority is not known here; name it with --flows-ca'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name; give the right one with --flows-server-name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS; write http:// instead of https://'],
  ['EPROTO', 'the TLS handshake failed; it may want a client certificate (--flows-cert, --flows-key)'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a client certificate (--flows-cert, --flows-key)'],
])

const NETWORK_WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'the name is not known'],
  ['EAI_AGAIN', 'the name could not be looked up'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['ETIMEDOUT', 'it does not answer'],
])

/** What went wrong before there was an answer. */
export function explainConnectionError(error: unknown, host: string): string {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  // Node's older releases have one code for all failures of a handshake.
  const isPlain = message.includes('wrong version number')
  const words = TLS_WORDS.get(isPlain ? 'ERR_SSL_WRONG_VERSION_NUMBER' : code) ?? NETWORK_WORDS.get(code)
  if (words !== undefined) return `${host} cannot be asked: ${words}`
  return `${host} cannot be asked: ${shortened(message)}`
}

/** What an answer that is no success says, with the server's own reason where it gives one. */
export function explainStatus(status: number, body: Buffer, host: string): string {
  const own = reasonIn(body.toString('utf8'))
  const said = own === null ? '' : `: ${own}`
  if (status === 401) return `${host} does not accept our credentials (401)${said}; give a token with --flows-token-file`
  if (status === 403) return `${host} does not let us ask (403)${said}; the token needs the right to read metrics or logs`
  if (status === 404) return `${host} has no such address (404); is the path in the URL right, for example /prometheus?`
  if (status === 429) return `${host} is asked too often (429)${said}`
  if (status === 503) return `${host} is too busy or not ready (503)${said}`
  return `${host} answers with ${status}${said}`
}

/** Text of another program on one line, cut short, without users and passwords of URLs. */
export function shortened(text: string): string {
  const line = maskUserinfo(text.replaceAll(/\p{Cc}+/gu, ' ').trim())
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line
}

function reasonIn(text: string): string | null {
  const start = text.trimStart()
  if (start === '' || start.startsWith('<')) return null
  if (!start.startsWith('{')) return shortened(start)
  try {
    const body: unknown = JSON.parse(start)
    const message = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
    return typeof message === 'string' && message !== '' ? shortened(message) : null
  } catch {
    return shortened(start)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
