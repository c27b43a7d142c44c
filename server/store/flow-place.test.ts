import { expect, test } from 'vitest'
import { cursorOf, flowId, readFlowPlace } from './flow-place'

const own = { slot: null, sequence: 1_700_000_000 * 2 ** 20 + 5, writer: 7 }
const other = { ...own, writer: 0xffff_ffff }

test('an id names its place, with the run where that is another one', () => {
  expect(flowId(own, 7)).toHaveLength(10)
  expect(readFlowPlace(flowId(own, 7), 7)).toEqual(own)
  expect(readFlowPlace(flowId(other, 7), 7)).toEqual(other)
})

test.each([own, other, { ...own, slot: 1_700_000_100 }, { ...other, slot: 0 }, { ...other, slot: 4_294_967_100 }])(
  'a cursor names the place %j',
  (place) => {
    expect(readFlowPlace(cursorOf(place, 7), 7)).toEqual(place)
  },
)

test.each([
  '',
  'short',
  '0000000000.',
  '0000000000.zzzzzzz',
  '00000000-0',
  '0000000000.1.',
  '0000000000.1.zzzzzz',
  '0000000000.1.2.3',
  `${'z'.repeat(10)}.${'z'.repeat(8)}`,
])('%j is none', (text) => {
  expect(readFlowPlace(text, 7)).toBeNull()
})
