import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Address, Cidr } from './address'
import { cidrContains, cidrOf, lastAddress } from './address'
import { CidrTable } from './cidr-table'

// Close together, so that ranges nest and addresses meet them.
const address = fc
  .constantFrom(4, 6)
  .chain((family) => fc.bigInt(0n, 1023n).map((low): Address => ({ family: family as 4 | 6, value: lastAddress(family as 4 | 6) - low })))
const cidr = address.chain((base) =>
  fc.integer({ min: (base.family === 4 ? 32 : 128) - 12, max: base.family === 4 ? 32 : 128 }).map((prefix) => cidrOf(base, prefix)),
)

test('the table finds what a search through all ranges finds: the narrowest, the first of equals', () => {
  fc.assert(
    fc.property(fc.array(cidr, { maxLength: 30 }), address, (ranges, wanted) => {
      const table = new CidrTable<Cidr>()
      for (const range of ranges) table.add(range, range)
      const holding = ranges.filter((range) => cidrContains(range, wanted))
      const narrowest = holding.reduce<Cidr | undefined>(
        (best, range) => (best === undefined || range.prefix > best.prefix ? range : best),
        undefined,
      )
      expect(table.find(wanted)).toBe(narrowest)
    }),
  )
})
