import { type Address, type Cidr, cidrOf, parseCidr } from '../../model/address'
import type { Digest } from './pseudonyms'

/** Ranges with a meaning of their own, and ranges for networks that are nobody's: addresses of each stay in it. */
const STAYING_IN: readonly Cidr[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', '64:ff9b::/96'].map(
  range,
)

/** Of these every address stays as it is: it is the same on every machine. */
const STAYING: readonly Cidr[] = [...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/127', 'fe80::/10', 'ff00::/8']].map(
  range,
)

/**
 * Other addresses for addresses, so that two share as many of their first bits as before: what is in a range is in the
 * masked range, and nothing else is. After Crypto-PAn (Xu, Fan, Ammar, Moon: Prefix-preserving IP address anonymization).
 */
export class AddressMask {
  /** For eight levels below a prefix of whole bytes, which bits are turned. */
  private readonly turned = new Map<string, Uint8Array>()

  constructor(private readonly digest: Digest) {}

  address({ family, value }: Address): Address {
    if (STAYING.some((range) => range.family === family && value >= range.first && value <= range.last)) return { family, value }
    const bits = family === 4 ? 32 : 128
    let masked = 0n
    for (let depth = 0; depth < bits; depth++) {
      const left = BigInt(bits - depth)
      const bit = (value >> (left - 1n)) & 1n
      const prefix = value >> left
      masked = (masked << 1n) | (this.isTurned(family, prefix, depth, bits) ? 1n - bit : bit)
    }
    return { family, value: masked }
  }

  /** The address that a masked one stands for. */
  original({ family, value }: Address): Address {
    if (STAYING.some((range) => range.family === family && value >= range.first && value <= range.last)) return { family, value }
    const bits = family === 4 ? 32 : 128
    let original = 0n
    for (let depth = 0; depth < bits; depth++) {
      const bit = (value >> BigInt(bits - depth - 1)) & 1n
      original = (original << 1n) | (this.isTurned(family, original, depth, bits) ? 1n - bit : bit)
    }
    return { family, value: original }
  }

  cidr({ family, first, prefix }: Cidr): Cidr {
    return cidrOf(this.address({ family, value: first }), prefix)
  }

  private isTurned(family: 4 | 6, prefix: bigint, depth: number, bits: number): boolean {
    if (leadsToKnownRange(family, prefix, depth, bits)) return false
    const below = depth % 8
    const start = prefix >> BigInt(below)
    const key = `address ${family} ${depth - below} ${start.toString(16)}`
    let table = this.turned.get(key)
    if (table === undefined) {
      table = this.digest(key)
      this.turned.set(key, table)
    }
    // The nodes of a tree of eight levels, counted from 1 row by row.
    const node = (1 << below) | Number(prefix - (start << BigInt(below)))
    return (((table[node >> 3] ?? 0) >> (node & 7)) & 1) === 1
  }
}

/** True for a prefix of one of the ranges whose place is kept: its next bit must stay for the range to stay. */
function leadsToKnownRange(family: 4 | 6, prefix: bigint, depth: number, bits: number): boolean {
  for (const ranges of [STAYING_IN, STAYING]) {
    for (const range of ranges) {
      if (range.family === family && depth < range.prefix && range.first >> BigInt(bits - depth) === prefix) return true
    }
  }
  return false
}

function range(text: string): Cidr {
  const cidr = parseCidr(text)
  if (cidr === null) throw new RangeError(text)
  return cidr
}
