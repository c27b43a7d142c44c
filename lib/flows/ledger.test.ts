import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isBalanced, Ledger } from './ledger'

type Operation = {
  readonly kind: 'receive' | 'store' | 'sample' | 'drop' | 'ignore' | 'lose'
  readonly records: number
  readonly reason: string
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('receive', 'store', 'sample', 'drop', 'ignore', 'lose' as const),
  records: fc.nat(50),
  reason: fc.constantFrom('__proto__', 'constructor', 'toString', 'repeat/reply', 'window/edges-full'),
})

test('the ledger balances after every operation, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      const ledger = new Ledger()
      const source = ledger.source('__proto__')
      for (const { kind, records, reason } of operations) {
        const waiting = source.entry().queued
        if (kind === 'receive') source.receive(records)
        else if (kind === 'lose') source.loseAtSource(records)
        else {
          const settle = () =>
            kind === 'store' ? source.store(records) : kind === 'sample' ? source.sample(records) : source[kind](reason, records)
          if (records > waiting) expect(settle).toThrow(RangeError)
          else settle()
        }
        expect(ledger.entries().every(isBalanced)).toBe(true)
      }
    }),
  )
})

test('reasons without end are counted together', () => {
  const source = new Ledger().source('hubble')
  source.receive(1_000)
  for (let index = 0; index < 1_000; index++) source.drop(`reason ${index}`, 1)
  expect(Object.keys(source.entry().dropped).length).toBeLessThanOrEqual(65)
  expect(isBalanced(source.entry())).toBe(true)
})
