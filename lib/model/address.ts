/** An IP address as a number, with the family that tells `::1` from `0.0.0.1`. */
export type Address = { readonly family: 4 | 6; readonly value: bigint }

/** A range of addresses that share their first `prefix` bits. `first` has all other bits zero. */
export type Cidr = { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint; readonly prefix: number }

const BITS = { 4: 32, 6: 128 } as const
const MAPPED_IPV4 = 0xffffn << 32n

/**
 * Reads an IPv4 or IPv6 address; null for anything else.
 *
 * Strict: four decimal numbers without leading zeros (`010.0.0.1` is octal to some programs and decimal to others,
 * so it is neither here), no short forms such as `10.1`. IPv4-mapped IPv6 addresses are read as the IPv4 address
 * that they stand for; a zone id (`fe80::1%eth0`) is dropped.
 */
export function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const value = parseIpv4(text)
    return value === null ? null : { family: 4, value }
  }
  const zone = text.indexOf('%')
  const value = parseIpv6(zone < 0 ? text : text.slice(0, zone))
  if (value === null) return null
  return value >> 32n === 0xffffn ? { family: 4, value: value - MAPPED_IPV4 } : { family: 6, value }
}

/** The one text form of an address: dotted decimal, or RFC 5952 for IPv6. */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatIpv4(value) : formatIpv6(value)
}

/** The one text form of what someone wrote; null when it is no address. */
export function canonicalAddress(text: string): string | null {
  // Flows bring their addresses by the hundred thousand, and strict IPv4 has one form only.
  if (!text.includes(':')) return readIpv4(text) === null ? null : text
  const address = parseAddress(text)
  return address === null ? null : formatAddress(address)
}

/**
 * Reads `10.0.0.0/8`. Bits behind the prefix are cut off, as the dataplanes do. A bare address is no CIDR.
 * Prefixes of IPv4-mapped addresses count from the start of the IPv6 form (`::ffff:10.0.0.0/104`).
 */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/')
  if (slash < 0) return null
  const prefixText = text.slice(slash + 1)
  const addressText = text.slice(0, slash)
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText) || addressText.includes('%')) return null
  const address = parseAddress(addressText)
  if (address === null) return null
  const written = Number(prefixText)
  const prefix = address.family === 4 && addressText.includes(':') ? written - 96 : written
  if (prefix < 0 || prefix > BITS[address.family]) return null
  return cidrOf(address, prefix)
}

/** Reads a CIDR, or one address as the range that holds nothing else. */
export function parseAddressOrCidr(text: string): Cidr | null {
  const address = parseAddress(text)
  return address === null ? parseCidr(text) : cidrOf(address, BITS[address.family])
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, value: cidr.first })}/${cidr.prefix}`
}

/** The range of the given prefix length that holds an address. */
export function cidrOf(address: Address, prefix: number): Cidr {
  const hostBits = BigInt(BITS[address.family] - prefix)
  const first = (address.value >> hostBits) << hostBits
  return { family: address.family, first, last: first + (1n << hostBits) - 1n, prefix }
}

export function cidrContains(cidr: Cidr, address: Address): boolean {
  return cidr.family === address.family && address.value >= cidr.first && address.value <= cidr.last
}

/** The highest address of a family. */
export function lastAddress(family: 4 | 6): bigint {
  return (1n << BigInt(BITS[family])) - 1n
}

/** IPv4 before IPv6, then by number: a total order for sorted tables. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
}

function parseIpv4(text: string): bigint | null {
  const value = readIpv4(text)
  return value === null ? null : BigInt(value)
}

/** Four decimal numbers up to 255 without leading zeros, as one number. */
function readIpv4(text: string): number | null {
  if (text.length < 7 || text.length > 15) return null
  let value = 0
  let octet = -1
  let octets = 0
  for (let index = 0; index <= text.length; index++) {
    const code = index === text.length ? DOT : text.charCodeAt(index)
    if (code === DOT) {
      if (octet < 0) return null
      value = value * 256 + octet
      octet = -1
      octets++
    } else {
      if (code < 48 || code > 57 || octet === 0) return null
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48
      if (octet > 255) return null
    }
  }
  return octets === 4 ? value : null
}

const DOT = 46

function parseIpv6(text: string): bigint | null {
  // The longest form is six groups and a dotted IPv4 tail.
  if (text.length > 45) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  return [...head, ...new Array<number>(missing).fill(0), ...tail].reduce((value, group) => (value << 16n) | BigInt(group), 0n)
}

/** Sixteen-bit groups; the last one may be a dotted IPv4 address where the text ends the whole address. */
function parseGroups(text: string, endsAddress: boolean): readonly number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (endsAddress && index === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part)
      if (ipv4 === null) return null
      groups.push(Number(ipv4 >> 16n), Number(ipv4 & 0xffffn))
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else {
      return null
    }
  }
  return groups
}

function formatIpv4(value: bigint): string {
  const number = Number(value)
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn))
  const zeros = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  if (zeros.length < 2) return hex.join(':')
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}`
}

/** The first of the longest runs, as RFC 5952 section 4.2.3 asks. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
