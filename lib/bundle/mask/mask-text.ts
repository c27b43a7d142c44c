import { formatAddress, formatCidr, parseAddress, parseCidr } from '../../model/address'
import { compareText } from '../../model/compare-text'
import type { AddressMask } from './mask-address'
import type { Pseudonyms } from './pseudonyms'
import { DNS_LABELS, PUBLIC_DOMAINS, PUBLIC_KEYS, PUBLIC_WORDS } from './public-words'

/** Longest label of a name in DNS. */
const MAX_LABEL = 63
/** Longest name of a port. */
const MAX_PORT_NAME = 15
const MAX_NAME = 253

/** How much of a text is nobody's: the words of the API in places where only these stand, or only what is public everywhere. */
export type Vocabulary = (word: string) => boolean

/**
 * Replaces every name and address in a text, whatever the text is: signs stay, words are replaced one by one, so that a name
 * becomes the same word in a reference, a selector, an address of a web page, or alone.
 */
export class TextMask {
  /** Words whose pseudonyms sort as they do. */
  private readonly inOrder = new Map<string, string>()

  constructor(
    private readonly pseudonyms: Pseudonyms,
    private readonly addresses: AddressMask,
    /** Numbers that are names or label values somewhere. */
    private readonly isName: (digits: string) => boolean,
  ) {}

  /**
   * Gives these names their pseudonyms in such a way that one sorts before another as the names do. To be called before
   * any of them was replaced.
   */
  keepOrder(names: Iterable<string>): void {
    const labels = new Set([...names].flatMap((name) => name.split('.')))
    const ordered = [...labels].filter((label) => this.text(label) !== label && !isDigits(label)).sort(compareText)
    const made = ordered.map((name) => this.text(name)).sort(compareText)
    for (const [index, name] of ordered.entries()) this.inOrder.set(name, made[index] ?? '')
  }

  /** Pseudonym to name, for the names of `keepOrder`. */
  get ordered(): ReadonlyMap<string, string> {
    return new Map([...this.inOrder].map(([name, made]) => [made, name]))
  }

  /** A text of any kind. */
  text(text: string, isKnown: Vocabulary = isPublic): string {
    let masked = ''
    let start = 0
    for (let index = 0; index <= text.length; index++) {
      if (index < text.length && isOfChunk(text.charCodeAt(index))) continue
      if (index > start) masked += this.chunk(text.slice(start, index), isKnown)
      if (index < text.length) masked += text[index]
      start = index + 1
    }
    return masked
  }

  /** The value of a label, or the name of an object: digits alone are one too. */
  name(text: string): string {
    return isDigits(text) ? this.pseudonyms.of(text) : this.text(text)
  }

  /** One pseudonym for all of a text, whose parts mean nothing. */
  whole(text: string): string {
    return text === '' ? '' : this.pseudonyms.of(text)
  }

  /** The key of a label, with the sources and scopes that selectors put before it. */
  key(key: string): string {
    if (PUBLIC_KEYS.has(key) || key.startsWith('reserved:')) return key
    for (const scope of SCOPES) if (key.startsWith(scope)) return scope + this.key(key.slice(scope.length))
    const slash = key.indexOf('/')
    if (slash > 0 && PUBLIC_DOMAINS.has(key.slice(0, slash))) return `${key.slice(0, slash)}/${this.text(key.slice(slash + 1))}`
    return this.text(key)
  }

  /** Letters, digits, dots, slashes, colons and the like, without blanks. */
  private chunk(chunk: string, isKnown: Vocabulary): string {
    for (const prefix of ADDRESS_PREFIXES) if (chunk.startsWith(prefix)) return prefix + this.chunk(chunk.slice(prefix.length), isKnown)
    if (PUBLIC_KEYS.has(chunk) && chunk.includes('/')) return chunk
    const scheme = chunk.indexOf('://')
    if (scheme > 0 && SCHEMES.has(chunk.slice(0, scheme))) return chunk.slice(0, scheme + 3) + this.chunk(chunk.slice(scheme + 3), isKnown)
    const address = this.address(chunk)
    if (address !== null) return address
    return chunk
      .split('/')
      .map((part) =>
        part
          .split(':')
          .map((word, index) => (index > 0 && isPort(word) ? word : this.word(word, isKnown)))
          .join(':'),
      )
      .join('/')
  }

  /** null for what is no address, range or pair of addresses. */
  private address(text: string): string | null {
    const address = parseAddress(text)
    if (address !== null) return formatAddress(this.addresses.address(address))
    const cidr = parseCidr(text)
    if (cidr !== null) {
      const written = parseAddress(text.slice(0, text.indexOf('/')))
      const isExact = written?.value === cidr.first
      if (isExact || written === null) return formatCidr(this.addresses.cidr(cidr))
      // Written with bits behind its prefix, which is worth a finding.
      return `${formatAddress(this.addresses.address(written))}/${text.slice(text.indexOf('/') + 1)}`
    }
    const dash = text.indexOf('-')
    const ends = dash < 0 ? [] : [text.slice(0, dash), text.slice(dash + 1)].map(parseAddress)
    const [from, to] = ends
    if (from == null || to == null) return null
    const masked = [from, to].map((end) => this.addresses.address(end)).sort((a, b) => (a.value < b.value ? -1 : 1))
    return masked.map(formatAddress).join('-')
  }

  private word(word: string, isKnown: Vocabulary): string {
    if (word === '' || isKnown(word)) return word
    if (isDigits(word)) return isPort(word) && !this.isName(word) ? word : this.pseudonyms.of(word)
    const bare = withoutDashes(word)
    if (bare !== word && isKnown(bare)) return word
    const address = this.address(word)
    if (address !== null) return address
    const labels = word.split('.')
    const masked = labels.length === 1 ? this.label(word, isKnown) : labels.map((label) => this.dnsLabel(label, isKnown)).join('.')
    return masked.length > MAX_NAME && word.length <= MAX_NAME ? this.pseudonyms.of(word) : masked
  }

  private dnsLabel(label: string, isKnown: Vocabulary): string {
    return DNS_LABELS.has(label) ? label : this.label(label, isKnown)
  }

  /** Parts between dashes are replaced one by one, so that `web-0` still looks like the first of `web`. */
  private label(label: string, isKnown: Vocabulary): string {
    const inOrder = this.inOrder.get(label)
    if (inOrder !== undefined) return inOrder
    if (label === '' || isKnown(label)) return label
    const underscore = label.lastIndexOf('_')
    if (underscore > 0 && HOST_WORDS.has(label.slice(underscore + 1))) {
      return this.label(label.slice(0, underscore), isKnown) + label.slice(underscore)
    }
    const parts = label.split('-')
    const masked = parts
      .map((part, index) => {
        if (part === '' || (index === 0 && parts.length > 1 && PORT_PROTOCOLS.has(part))) return part
        if (index > 0 && index === parts.length - 1 && OWN_ENDINGS.has(part)) return part
        const isOrdinal = index > 0 && index === parts.length - 1 && part.length <= 3 && isDigits(part)
        return isOrdinal ? part : this.pseudonyms.of(part)
      })
      .join('-')
    const isTooLong = [MAX_PORT_NAME, MAX_LABEL].some((limit) => masked.length > limit && label.length <= limit)
    return isTooLong ? this.shortened(label, parts) : masked
  }

  private shortened(label: string, [first = '', ...rest]: readonly string[]): string {
    return PORT_PROTOCOLS.has(first) && rest.length > 0 ? `${first}-${this.pseudonyms.of(rest.join('-'))}` : this.pseudonyms.of(label)
  }
}

export function isPublic(word: string): boolean {
  return PUBLIC_WORDS.has(word) || (word.includes('.') && PUBLIC_DOMAINS.has(word))
}

const ADDRESS_PREFIXES = ['ip:', 'cidr:'] as const

/** What controllers put behind the name of an object, for the name of one that they make. */
const OWN_ENDINGS: ReadonlySet<string> = new Set(['istio', 'nginx'])

/** How the names of variables end whose value is a host. */
const HOST_WORDS: ReadonlySet<string> = new Set([
  ...[
    'HOST',
    'HOSTS',
    'HOSTNAME',
    'ADDR',
    'ADDRS',
    'ADDRESS',
    'SERVER',
    'SERVERS',
    'UPSTREAM',
    'ENDPOINT',
    'ENDPOINTS',
    'BROKER',
    'BROKERS',
  ],
])

/** Schemes of addresses, which are no names before `://` only. */
const SCHEMES: ReadonlySet<string> = new Set([
  ...['http', 'https', 'grpc', 'ws', 'wss', 'tcp', 'udp', 'tls', 'postgres', 'postgresql', 'mysql', 'mongodb', 'redis', 'rediss', 'amqp'],
  ...['amqps', 'nats', 'kafka', 'memcached', 'ldap', 'ldaps', 'smtp', 'smtps', 'ftp', 'sftp', 'ssh', 'mqtt', 'clickhouse', 'spiffe'],
])

/** A port says with the first part of its name what it speaks. */
const PORT_PROTOCOLS: ReadonlySet<string> = new Set([
  ...['http', 'https', 'http2', 'grpc', 'tcp', 'tls', 'udp', 'mongo', 'mysql', 'redis', 'auto'],
])

/** What stands before the key of a label in selectors of Cilium and Calico. */
const SCOPES = ['k8s:', 'any:', 'io.cilium.k8s.namespace.labels.', 'pcns.', 'pcsa.'] as const

/** Letters, digits, `-`, `.`, `/`, `:`, `_` and everything that is no ASCII. */
function isOfChunk(code: number): boolean {
  return (code >= 45 && code <= 58) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return false
  }
  return text !== ''
}

function isPort(text: string): boolean {
  return text.length <= 5 && isDigits(text)
}

function withoutDashes(word: string): string {
  let start = 0
  while (word[start] === '-') start++
  return word.slice(start)
}
