import { expect, test } from 'vitest'
import type { FlowDocument, FlowListDocument } from '@/lib/api/documents'
import { addNewest, addOlder, countNewer, MOST_ROWS, startFlowList } from './flow-list'

const aPage = (ids: readonly number[], next: string | null = 'older'): FlowListDocument => ({
  apiVersion: 'sluice/v1',
  kind: 'FlowList',
  flows: ids.map((id) => ({ id: String(id) }) as FlowDocument),
  next,
})
const idsOf = (list: { flows: readonly FlowDocument[] }) => list.flows.map((flow) => Number(flow.id))

test('new flows go on top and known ones are not repeated', () => {
  const list = addNewest(startFlowList(aPage([3, 2, 1])), aPage([5, 4, 3]))
  expect(idsOf(list)).toEqual([5, 4, 3, 2, 1])
  expect(list.next).toBe('older')
})

test('when the newest page does not reach what is there, the list starts again instead of hiding the gap', () => {
  const list = addNewest(startFlowList(aPage([3, 2, 1])), aPage([9, 8, 7]))
  expect(idsOf(list)).toEqual([9, 8, 7])
})

test('nothing new leaves the list as it is', () => {
  const list = startFlowList(aPage([2, 1]))
  expect(addNewest(list, aPage([2, 1]))).toBe(list)
})

test('older pages go to the end', () => {
  const list = addOlder(startFlowList(aPage([4, 3])), aPage([2, 1], null))
  expect(idsOf(list)).toEqual([4, 3, 2, 1])
  expect(list.next).toBeNull()
})

test('the list stays bounded and says that rows were let go', () => {
  const many = Array.from({ length: MOST_ROWS }, (_, index) => MOST_ROWS - index)
  const list = addNewest(startFlowList(aPage(many)), aPage([MOST_ROWS + 1, MOST_ROWS]))
  expect(list.flows).toHaveLength(MOST_ROWS)
  expect(idsOf(list)[0]).toBe(MOST_ROWS + 1)
  expect(list.cut).toBe(true)
  expect(list.next).toBeNull()
})

test('what waits is counted without moving the list', () => {
  expect(countNewer(startFlowList(aPage([3, 2, 1])), aPage([5, 4, 3]))).toBe(2)
  expect(countNewer(startFlowList(aPage([3, 2, 1])), aPage([9, 8, 7]))).toBe(3)
})
