import { expect, test } from 'vitest'
import { decodedOf, flowOf } from '../../testing/decode-flows'
import { sampleLine } from '../testing/sample-lines'

test.each([0, 1, 2, 3])('form %i', (index) => {
  expect(flowOf(sampleLine('aws', index))).toMatchObject({
    verdict: 'dropped',
    source: { ip: index === 3 ? '2001:db8::1' : '192.0.2.1' },
    port: 80,
    sourcePort: 41000,
    protocol: 'TCP',
  })
})

test('what ages is no decision, and an unknown word none either', () => {
  for (const word of ['EXPIRED', 'DELETED', 'EXPIRED/DELETED']) {
    for (const index of [0, 1, 2, 3]) {
      expect(decodedOf(sampleLine('aws', index).replace('DENY', word))).toEqual({ kind: 'ignored', reason: 'no-decision' })
    }
  }
  expect(decodedOf(sampleLine('aws', 1).replace('DENY', 'MAYBE'))).toMatchObject({ kind: 'rejected' })
})
