import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ledgerRow } from './ledger-rows'

const count = fc.nat({ max: 1_000_000 })
const counts = fc.dictionary(fc.string(), count, { noNullPrototype: true })

test('a row balances exactly when the entry does', () => {
  fc.assert(
    fc.property(
      count,
      count,
      counts,
      counts,
      count,
      fc.integer({ min: -1, max: 1 }),
      (stored, sampled, dropped, ignored, queued, error) => {
        const sum = (values: Record<string, number>) => Object.values(values).reduce((total, value) => total + value, 0)
        const received = stored + sampled + sum(dropped) + sum(ignored) + queued + error
        const row = ledgerRow({ source: 'hubble', received, stored, sampled, dropped, ignored, queued, lostAtSource: 0 })
        expect(row.balances).toBe(error === 0)
      },
    ),
  )
})

test('reasons stand with the largest first, and those without a count are left out', () => {
  const row = ledgerRow({
    source: 'hubble',
    received: 12,
    stored: 1,
    sampled: 0,
    dropped: { 'queue-full': 4, late: 0 },
    ignored: { 'not-a-flow': 7 },
    queued: 0,
    lostAtSource: 0,
  })
  expect(row.reasons.map(({ reason }) => reason)).toEqual(['not-a-flow', 'queue-full'])
})
