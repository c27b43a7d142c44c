/** Longest path that is kept. */
const MAX_PATH = 256
/** Longer segments are texts of people (titles, searches) or tokens, not names of a program. */
const MAX_SEGMENT = 40
/** Names of gRPC services are longer: `opentelemetry.proto.collector.trace.v1.TraceService`. */
const MAX_DOTTED_NAME = 100
const MAX_WORD = 32

const PLACEHOLDERS: ReadonlySet<string> = new Set(['{id}', '{email}', '{text}'])

/**
 * What may be kept of the path of a request: no host, no query, no fragment, no `;` parameters, and only segments that
 * look like names which a programmer chose. Numbers, UUIDs, hashes and dates become `{id}`, addresses of people `{email}`,
 * long or free text `{text}`; whatever stands behind a word such as `token` or `reset` becomes `{id}`. In doubt a segment
 * goes, because a path may hold secrets. At most 256
 * characters, cut between segments. Doing it twice changes nothing. Not for DNS names.
 */
export function templatePath(path: string): string {
  const end = firstOf(path, '?', '#')
  let at = startOfPath(path, end)
  let result = ''
  let isBehindSecretWord = false
  while (at < end) {
    const slash = path.indexOf('/', at)
    const segmentEnd = slash === -1 || slash > end ? end : slash
    const read = templateSegment(path, at, segmentEnd)
    const segment = isBehindSecretWord && read !== '' && !PLACEHOLDERS.has(read) && !SECRET_WORDS.has(read) ? '{id}' : read
    // An empty segment stands between nothing.
    if (read !== '') isBehindSecretWord = announcesSecret(read)
    if (result.length + segment.length > MAX_PATH) break
    result += segment
    if (segmentEnd === end || result.length === MAX_PATH) break
    result += '/'
    at = segmentEnd + 1
  }
  return result === '' ? '/' : result
}

/** Where the path of `http://user:secret@host/path` begins; 0 for a path alone. */
function startOfPath(path: string, end: number): number {
  const scheme = path.indexOf('://')
  if (scheme < 1 || scheme >= end || path.lastIndexOf('/', scheme) !== -1) return 0
  const slash = path.indexOf('/', scheme + 3)
  return slash === -1 ? end : Math.min(slash, end)
}

function firstOf(text: string, ...marks: readonly string[]): number {
  let first = text.length
  for (const mark of marks) {
    const index = text.indexOf(mark)
    if (index !== -1 && index < first) first = index
  }
  return first
}

function templateSegment(path: string, start: number, end: number): string {
  // Escapes are three times as long as what they stand for.
  if (end - start > MAX_DOTTED_NAME * 3) return '{text}'
  const written = path.slice(start, firstOf(path.slice(start, end), ';') + start)
  if (PLACEHOLDERS.has(written)) return written
  const segment = unescaped(written)
  if (segment === null) return '{text}'
  const sign = segment.indexOf('@')
  if (sign !== -1) return sign === 0 ? '{id}' : '{email}'
  return isFreeText(segment) ? '{text}' : hasIdentifier(segment) ? '{id}' : segment
}

/** Words behind which an address has what only its owner should know; they may follow each other (`/password/reset/…`). */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...['token', 'tokens', 'secret', 'secrets', 'password', 'passwords', 'passwd', 'passphrase', 'pass', 'pwd', 'pw', 'otp', 'pin'],
  ...['key', 'keys', 'apikey', 'credential', 'credentials', 'reset', 'verify', 'confirm', 'activate', 'invite', 'unsubscribe', 'magic'],
])
/** The same at the end of a longer name: `api-key`, `accessToken`, `password_reset`. */
const SECRET_ENDINGS = ['token', 'tokens', 'secret', 'secrets', 'password', 'passwords', 'key', 'keys', 'reset'] as const

/** Names with dots are those of gRPC services, and what follows them is a method. */
function announcesSecret(segment: string): boolean {
  if (segment.length > MAX_SEGMENT || segment.includes('.')) return false
  const lower = segment.toLowerCase()
  return SECRET_WORDS.has(lower) || SECRET_ENDINGS.some((ending) => lower.endsWith(ending))
}

function unescaped(text: string): string | null {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** True for what is no name: too long, or with characters that names in paths do not have. */
function isFreeText(segment: string): boolean {
  let isDotted = true
  for (let index = 0; index < segment.length; index++) {
    const kind = kindOf(segment.charCodeAt(index))
    if (kind === OTHER) return segment !== '*'
    if (kind === SEPARATOR && segment[index] !== '.') isDotted = false
  }
  return segment.length > (isDotted && segment.includes('.') ? MAX_DOTTED_NAME : MAX_SEGMENT)
}

function hasIdentifier(segment: string): boolean {
  let start = 0
  for (let index = 0; index <= segment.length; index++) {
    if (index < segment.length && kindOf(segment.charCodeAt(index)) !== SEPARATOR) continue
    if (index > start && isIdentifier(segment.slice(start, index))) return true
    start = index + 1
  }
  return false
}

/** `v1`, `v2beta1`: bounded by the number of digits, so it cannot be slow. */
const VERSION = /^v\d{1,2}(?:(?:alpha|beta|rc)\d{0,2})?$/

/**
 * True for a word that a program made up. Words of people have few digits (`oauth2`, `k8s`), vowels, and capitals at the
 * beginning of their parts.
 */
function isIdentifier(word: string): boolean {
  if (word.length > MAX_WORD) return true
  if (VERSION.test(word)) return false
  let digits = 0
  let capitals = 0
  let vowels = 0
  let hexDigits = 0
  let changes = 0
  let before = -1
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index)
    const kind = kindOf(code)
    if (kind === DIGIT) digits++
    else if (kind === CAPITAL) capitals++
    const lower = code | 0x20
    if (kind !== DIGIT && isVowel(lower)) vowels++
    if (kind === DIGIT || (lower >= 0x61 && lower <= 0x66)) hexDigits++
    const isDigit = kind === DIGIT
    if (index > 0 && isDigit !== (before === DIGIT)) changes++
    before = kind
  }
  const { length } = word
  if (digits === length) return true
  if (digits >= 3 || changes > 2 || (digits > 0 && length > 5 && changes > 1)) return true
  if (hexDigits === length && length >= (digits > 0 ? 4 : 8)) return true
  if (vowels === 0 && length >= 7) return true
  const isMixed = capitals > 0 && capitals < length - digits
  return isMixed && length >= 8 && capitals * 3 > length
}

const OTHER = 0
const SEPARATOR = 1
const DIGIT = 2
const CAPITAL = 3
const SMALL = 4
const SEPARATORS: ReadonlySet<number> = new Set(Array.from('-_.~:+,$', (mark) => mark.charCodeAt(0)))

function kindOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return SMALL
  if (code >= 0x41 && code <= 0x5a) return CAPITAL
  if (code >= 0x30 && code <= 0x39) return DIGIT
  return SEPARATORS.has(code) ? SEPARATOR : OTHER
}

/** `a`, `e`, `i`, `o`, `u`, `y`. */
function isVowel(lower: number): boolean {
  return lower === 0x61 || lower === 0x65 || lower === 0x69 || lower === 0x6f || lower === 0x75 || lower === 0x79
}
