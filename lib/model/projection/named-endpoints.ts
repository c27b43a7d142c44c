/** Most that one text can name; a longer list is no address of a service. */
const MAX_ENDPOINTS = 16
const MAX_TEXT_LENGTH = 4_096

/** Names of variables whose value is a secret, whatever it looks like. */
const SECRET_NAME = /pass|pwd|secret|token|credential|private|api_?-?key|access_?-?key|signature|salt|cookie|login|user|(?:^|[_-])auth$/i

/** A word with a second `@` after the host is no URL that anybody can read: its password may hold one. */
const URL_HOST =
  /\b([a-z][a-z0-9+.-]{0,20}):\/\/(?:[^\s/@"'<>]*@)?(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?(?=$|[\s/?#,;"'&|)\]}])(?![^\s"']*@)/gi
/** The whole of what looks like a URL, so that nothing in its path or password is taken for a host. */
const ANY_URL = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"']*/gi
/** Names of variables whose value is a host, and hosts of one or two words without a port: `REDIS_HOST` is `redis`. */
const HOST_VARIABLE = /(?:^|[_-])(?:host|hostname|addr|address|server|upstream|endpoint|broker)s?$/i
const BARE_HOST = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/
const SERVICE_NAME =
  /(?<![\w.@:/-])([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+\.svc(?:\.[a-z0-9-]+)*)\.?(?::(\d{1,5}))?(?![\w@-])/g
const HOST_AND_PORT = /(?<![\w.@:/-])([a-z](?:[a-z0-9.-]*[a-z0-9])?):(\d{2,5})(?=$|[\s/?#,;"'&|)\]}])/g

/**
 * Services and outside hosts that a text names: URLs as `SCHEME://HOST[:PORT]`, full names of Services as `HOST[:PORT]`, and
 * hosts with their port as `HOST:PORT`. Nothing else of the text comes through (user, password, path, query). Reading what
 * it gave, joined by blanks, gives the same again.
 */
export function namedEndpoints(text: string): readonly string[] {
  // Most texts name nothing, and every one of the forms has one of these.
  if (text.length > MAX_TEXT_LENGTH || !(text.includes(':') || text.includes('.svc'))) return []
  const found = new Set<string>()
  for (const [, scheme, host, port] of text.matchAll(URL_HOST)) {
    if (scheme !== undefined && host !== undefined) found.add(endpoint(`${scheme}://${host}`.toLowerCase(), port))
  }
  const rest = text.replace(ANY_URL, ' ')
  for (const [, host, port] of rest.matchAll(SERVICE_NAME)) if (host !== undefined) found.add(endpoint(host, port))
  for (const [, host, port] of rest.replace(SERVICE_NAME, ' ').matchAll(HOST_AND_PORT))
    if (host !== undefined) found.add(endpoint(host, port))
  return [...found].slice(0, MAX_ENDPOINTS)
}

/** What is kept of the value of an environment variable, of an argument or of a line of configuration; empty when it names nothing. */
export function keptOfValue(name: string, value: unknown): string {
  if (typeof value !== 'string' || SECRET_NAME.test(name)) return ''
  const named = namedEndpoints(value).join(' ')
  return named === '' && HOST_VARIABLE.test(name) && BARE_HOST.test(value) ? value : named
}

function endpoint(host: string, port: string | undefined): string {
  return port === undefined || Number(port) > 65_535 ? host : `${host}:${port}`
}
