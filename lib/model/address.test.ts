import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Address } from './address'
import {
  canonicalAddress,
  cidrContains,
  cidrOf,
  compareAddresses,
  formatAddress,
  formatCidr,
  lastAddress,
  parseAddress,
  parseAddressOrCidr,
  parseCidr,
} from './address'

const ipv4 = fc.bigInt(0n, lastAddress(4)).map((value): Address => ({ family: 4, value }))
const ipv6 = fc
  .oneof(
    fc.bigInt(0n, lastAddress(6)),
    fc.bigInt(0n, 0xffffn).map((group) => group << 64n),
  )
  .filter((value) => value >> 32n !== 0xffffn)
  .map((value): Address => ({ family: 6, value }))
const address = fc.oneof(ipv4, ipv6)
const cidr = address.chain((base) => fc.nat(base.family === 4 ? 32 : 128).map((prefix) => cidrOf(base, prefix)))

test('every address survives being written and read', () => {
  fc.assert(
    fc.property(address, (value) => {
      expect(parseAddress(formatAddress(value))).toEqual(value)
    }),
  )
})

test('the canonical form is its own canonical form, also of any text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,45}$/)), (text) => {
      const canonical = canonicalAddress(text)
      if (canonical !== null) expect(canonicalAddress(canonical)).toBe(canonical)
    }),
  )
})

test('every valid IPv4 and IPv6 text is read, with the value that a URL parser gives it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      expect(canonicalAddress(text)).toBe(new URL(`http://${text}`).hostname)
    }),
  )
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      fc.pre(parseAddress(text)?.family === 6)
      expect(canonicalAddress(text)).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1))
    }),
  )
})

test.each([
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::FFFF:a01:203', '10.1.2.3'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
])('%s is written %s', (text, canonical) => expect(canonicalAddress(text)).toBe(canonical))

test.each([
  '',
  '1',
  '10.1',
  '010.0.0.1',
  '1.2.3.4.5',
  '256.1.1.1',
  '1.2.3.4/32',
  ' 1.2.3.4',
  '0x1.2.3.4',
  '1.2.3.+4',
  ':',
  ':::',
  '1::2::3',
  '12345::',
  'g::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1.2.3.4::',
  '::1.2.3',
  '::1.2.3.4:5',
  '1:2:3:4:5:6:7:8::',
  '%eth0',
])('"%s" is no address', (text) => expect(parseAddress(text)).toBeNull())

test('a range holds exactly the addresses that share its prefix', () => {
  fc.assert(
    fc.property(cidr, address, (range, other) => {
      const shares = other.family === range.family && cidrOf(other, range.prefix).first === range.first
      expect(cidrContains(range, other)).toBe(shares)
      expect(cidrContains(range, { family: range.family, value: range.first })).toBe(true)
      expect(cidrContains(range, { family: range.family, value: range.last })).toBe(true)
    }),
  )
})

test('every range survives being written and read, and bits behind the prefix are cut off', () => {
  fc.assert(
    fc.property(cidr, (range) => {
      // A range around the IPv4-mapped block has no text form that is not IPv4.
      fc.pre(range.family === 4 || range.first >> 32n !== 0xffffn)
      expect(parseCidr(formatCidr(range))).toEqual(range)
    }),
  )
  expect(formatCidr(parseCidr('10.1.2.3/8') ?? cidrOf({ family: 4, value: 0n }, 0))).toBe('10.0.0.0/8')
  expect(parseCidr('::ffff:10.0.0.0/104')).toEqual(parseCidr('10.0.0.0/8'))
})

test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '::/129', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8', 'fe80::%e/64', '/8'])(
  '"%s" is no range',
  (text) => expect(parseCidr(text)).toBeNull(),
)

test('one address is a range of its own where both may stand', () => {
  const read = (text: string): string | null => {
    const range = parseAddressOrCidr(text)
    return range === null ? null : formatCidr(range)
  }
  expect(['10.0.0.1', 'fd00::1', '::ffff:10.0.0.1', '10.1.2.3/8', 'fe80::1%eth0', '10.0.0', '10.0.0.1/33', ''].map(read)).toEqual([
    '10.0.0.1/32',
    'fd00::1/128',
    '10.0.0.1/32',
    '10.0.0.0/8',
    'fe80::1/128',
    null,
    null,
    null,
  ])
})

test('the order is total: families apart, then by number', () => {
  fc.assert(
    fc.property(address, address, (a, b) => {
      expect(Math.sign(compareAddresses(a, b))).toBe(-Math.sign(compareAddresses(b, a)) + 0)
      if (compareAddresses(a, b) === 0) expect(formatAddress(a)).toBe(formatAddress(b))
    }),
  )
})
