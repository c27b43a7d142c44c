import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dropWords, ignoreWords } from './ledger-reasons'
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

test('what an earlier run counted is told in words', () => {
  expect(ignoreWords('repeat/earlier-run').words).toBe('Counted already: told again after a restart, or by the collector before this one')
  expect(ignoreWords('repeat/of-tomorrow').words).toBe('Counted already: of tomorrow')
  expect(dropWords('window/too-late').remedy).toMatch(/fewer namespaces/)
})

test('reasons stand with the largest first, and those without a count are left out', () => {
  const row = ledgerRow({
    source: 'hubble',
    received: 12,
    stored: 1,
    sampled: 0,
    dropped: { 'store/refused': 4, late: 0, 'unreadable: no time': 5 },
    ignored: { 'not-a-flow': 2, 'evidence/hubble': 1, 'repeat/reply': 3 },
    queued: 0,
    lostAtSource: 6,
  })
  expect(row.losses.map(({ reason }) => reason)).toEqual(['lost at source', 'unreadable: no time', 'store/refused'])
  expect(row.losses.every(({ remedy }) => remedy !== null)).toBe(true)
  expect(row.leftOut.map(({ words }) => words)).toEqual([
    'Counted already: an answer',
    expect.stringContaining('Lines that tell of no traffic'),
    expect.stringContaining('Seen by a source that counts better'),
  ])
})
