import { describe, expect, test } from 'vitest'
import { RecentFlows, type RecentQuery } from './recent-flows'
import { aFlow } from './testing/a-flow'
import { TEN } from './testing/an-observed-flow'

function recentOf(count: number, capacity = 100): RecentFlows {
  const recent = new RecentFlows(capacity)
  for (let index = 0; index < count; index++) recent.add(aFlow({ id: recent.nextId(), port: index, time: TEN + index }))
  return recent
}

const everything: RecentQuery = { matches: null, from: null, to: null, cursor: null, limit: 10 }

function pages(recent: RecentFlows, query: RecentQuery): (number | null)[] {
  const ports: (number | null)[] = []
  let cursor: string | null = null
  do {
    const page = recent.page({ ...query, cursor })
    ports.push(...page.flows.map((flow) => flow.port))
    cursor = page.next
  } while (cursor !== null)
  return ports
}

describe('pages', () => {
  test('all pages together hold every flow once, newest first', () => {
    expect(pages(recentOf(25), everything)).toEqual(Array.from({ length: 25 }, (_, index) => 24 - index))
  })

  test('flows that arrive between two pages move nothing', () => {
    const recent = recentOf(15)
    const first = recent.page(everything)
    recent.add(aFlow({ id: recent.nextId(), port: 99 }))
    const second = recent.page({ ...everything, cursor: first.next })
    expect(second.flows.map((flow) => flow.port)).toEqual([4, 3, 2, 1, 0])
    expect(second.next).toBeNull()
  })

  test('only the newest are kept, and a cursor into the forgotten ends the list', () => {
    const recent = recentOf(250)
    expect(recent.size).toBe(100)
    expect(pages(recent, everything)).toHaveLength(100)
    expect(recent.page({ ...everything, cursor: '0000000001' })).toEqual({ flows: [], next: null })
    expect(recent.get('0000000001')).toBeNull()
  })

  test('a filter and a range of time leave out the rest', () => {
    const matches = (flow: { port: number | null }) => (flow.port ?? 0) % 2 === 0
    expect(pages(recentOf(20), { ...everything, matches, from: TEN + 4, to: TEN + 9 })).toEqual([8, 6, 4])
  })

  test('a cursor that is none finds nothing', () => {
    for (const cursor of ['', 'x', '__proto__', '99999999999', 'ÄÄÄÄÄÄÄÄÄÄ']) {
      expect(recentOf(3).page({ ...everything, cursor }).flows).toEqual([])
    }
  })
})

test('a flow that is known better takes the place of the first one', () => {
  const recent = recentOf(3)
  const [newest] = recent.page(everything).flows
  if (newest === undefined) throw new Error('no flow')
  expect(recent.replace({ ...newest, verdict: 'dropped' })).toBe(true)
  expect(recent.get(newest.id)?.verdict).toBe('dropped')
  expect(recentOf(300).replace(newest)).toBe(false)
})

describe('what came lately', () => {
  function marked(capacity: number): RecentFlows {
    const recent = new RecentFlows(capacity)
    for (let second = 0; second < 5; second++) {
      recent.mark(TEN + second * 1_000)
      for (let index = 0; index < 10; index++) recent.add(aFlow({ id: recent.nextId(), port: second * 10 + index }))
    }
    return recent
  }
  function portsBetween(recent: RecentFlows, from: number, to: number): (number | null)[] {
    const ports: (number | null)[] = []
    recent.visitBetween(from, to, ({ port }) => ports.push(port))
    return ports
  }

  test('flows are found by when they came, newest first', () => {
    expect(portsBetween(marked(100), TEN + 4_000, TEN + 9_000)).toEqual([49, 48, 47, 46, 45, 44, 43, 42, 41, 40])
    expect(portsBetween(marked(100), TEN + 3_500, TEN + 4_001)).toHaveLength(10)
    expect(portsBetween(marked(100), TEN + 1_000, TEN + 3_000)).toHaveLength(20)
  })

  test('one second after the other has each flow once, whenever it came', () => {
    const recent = new RecentFlows(1_000)
    for (let index = 0; index < 500; index++) {
      recent.mark(TEN + index * 7)
      recent.add(aFlow({ id: recent.nextId(), port: index }))
    }
    const ports = Array.from({ length: 4 }, (_, second) => portsBetween(recent, TEN + second * 1_000, TEN + (second + 1) * 1_000))
    expect(ports.map(({ length }) => length)).toEqual([143, 143, 143, 71])
    expect(new Set(ports.flat()).size).toBe(500)
  })

  test('of before the first mark, everything that is kept', () => {
    expect(portsBetween(marked(100), TEN - 1, TEN + 9_000)).toHaveLength(50)
    expect(portsBetween(marked(25), TEN, TEN + 9_000)).toHaveLength(25)
  })
})
