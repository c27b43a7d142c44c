import { describe, expect, test } from 'vitest'
import { decodeLine, decodeRecord } from './decode-line'
import { LineMemory } from './lines/line-memory'

const NOW = Date.UTC(2026, 4, 4, 10)
const FLOW = { from: 'shop/web', to: 'shop/cart' }

describe('lines and records', () => {
  test.each([[FLOW], [{ log: JSON.stringify(FLOW) }], [{ log: FLOW, stream: 'stdout' }], [JSON.stringify(FLOW)]])(
    '%j is a flow',
    (record) => {
      const decoded = decodeRecord(record, null, NOW, { time: NOW - 1_000 })
      expect(decoded).toMatchObject({ kind: 'flow', flow: { time: NOW - 1_000, source: { pod: 'web' } } })
      if (typeof record !== 'string') expect(decodeLine(JSON.stringify(record), null, NOW, { time: NOW - 1_000 })).toEqual(decoded)
    },
  )

  test.each([[null], [3], [[1, FLOW]], [''], [{}], ['level=info msg=started'], [{ log: '{not json}' }]])('%j is none', (record) => {
    expect(decodeRecord(record, null, NOW)).toMatchObject({ kind: 'ignored' })
  })

  test('a broken line is rejected inside of its wrapping too, also by a named format', () => {
    for (const format of [null, 'flow-line', 'hubble'] as const) {
      expect(decodeRecord({ log: '{"from": "shop/web"' }, format, NOW)).toEqual({ kind: 'rejected', reason: 'not JSON' })
    }
  })

  test('pieces of a line count one by one, and the flow once', () => {
    const memory = new LineMemory()
    const text = JSON.stringify(FLOW)
    const kinds = [`P ${text.slice(0, 9)}`, `F ${text.slice(9)}`].map((rest) =>
      decodeLine(`2026-05-04T10:00:00Z stdout ${rest}`, null, NOW, { memory }),
    )
    expect(kinds).toMatchObject([{ kind: 'ignored', reason: 'partial-line' }, { kind: 'flow' }])
  })
})
