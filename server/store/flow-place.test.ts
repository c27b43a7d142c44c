import { expect, test } from 'vitest'
import { flowId, readFlowId } from './flow-place'

test('an id names its place, with the run where that is another one', () => {
  const own = { sequence: 1_700_000_000 * 2 ** 20 + 5, writer: 7 }
  const other = { ...own, writer: 0xffff_ffff }
  expect(flowId(own, 7)).toHaveLength(10)
  expect(readFlowId(flowId(own, 7), 7)).toEqual(own)
  expect(readFlowId(flowId(other, 7), 7)).toEqual(other)
})

test.each(['', 'short', '0000000000.', '0000000000.zzzzzzz', '00000000-0', '0000000000.1.2', `${'z'.repeat(10)}.${'z'.repeat(8)}`])(
  '%j is none',
  (text) => {
    expect(readFlowId(text, 7)).toBeNull()
  },
)
