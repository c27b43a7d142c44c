import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PROTOCOLS } from '../../model/protocol'
import { ConnectionSets } from '../connection-sets'
import type { ConnectionSet } from '../types'
import { allowsMore } from './compare-connections'

const ranges = fc.array(
  fc.record({ protocol: fc.constantFrom(...PROTOCOLS), from: fc.constantFrom(1, 80, 443), to: fc.constantFrom(80, 443, 65_535) }),
  { maxLength: 5 },
)

test('a set allows more than another when some port of it is not in the other', () => {
  fc.assert(
    fc.property(ranges, ranges, (first, second) => {
      const sets = new ConnectionSets(PROTOCOLS)
      const idOf = (parts: typeof first) =>
        parts.reduce((set, { protocol, from, to }) => sets.union(set, sets.range(protocol, from, to)), sets.none)
      const [a, b] = [idOf(first), idOf(second)]
      const more = PROTOCOLS.some((protocol) =>
        [1, 79, 80, 81, 442, 443, 444, 65_535].some((port) => sets.has(b, protocol, port) && !sets.has(a, protocol, port)),
      )
      expect(allowsMore(sets.toConnectionSet(a), sets.toConnectionSet(b))).toBe(more)
    }),
    { numRuns: 2_000 },
  )
})

test('nothing and everything', () => {
  const some: ConnectionSet = { TCP: [[80, 80]] }
  expect([allowsMore('none', some), allowsMore(some, 'none'), allowsMore('all', some), allowsMore(some, 'all')]).toEqual([
    true,
    false,
    false,
    true,
  ])
})
