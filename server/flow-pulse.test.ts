import { expect, test } from 'vitest'
import { RecentFlows } from '@/lib/flows/recent-flows'
import { aFlow } from '@/lib/flows/testing/a-flow'
import { flowPulse } from './flow-pulse'

const NOW = Date.UTC(2026, 4, 4, 10)
const EVERYTHING = { namespaces: [], verdicts: [] }

test('a busy second is counted to its last flow, with what single rows stand for', () => {
  const recent = new RecentFlows(50_000)
  recent.mark(NOW - 1_000)
  for (let index = 0; index < 12_000; index++) recent.add({ ...aFlow({ id: recent.nextId(), windowTime: NOW - 500 }), weight: 2 })
  expect(flowPulse(recent, EVERYTHING, null, { at: NOW, sinceMs: 1_000 })).toEqual({ at: NOW, new: 24_000, perSecond: 24_000 })
})

test('only what fits the view counts, and no history that came late', () => {
  const recent = new RecentFlows(100)
  recent.mark(NOW - 1_000)
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 10, verdict: 'dropped' }))
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 10, verdict: 'forwarded' }))
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 60_000, verdict: 'dropped' }))
  expect(flowPulse(recent, { namespaces: [], verdicts: ['dropped'] }, null, { at: NOW, sinceMs: 1_000 }).new).toBe(1)
  expect(flowPulse(recent, { namespaces: ['nobody'], verdicts: [] }, null, { at: NOW, sinceMs: 1_000 }).new).toBe(0)
})
