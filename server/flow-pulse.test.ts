import { expect, test } from 'vitest'
import { parseFilter } from '@/lib/flows/filter'
import { type CompiledFilter, compileFilter } from '@/lib/flows/filter-match'
import { RecentFlows } from '@/lib/flows/recent-flows'
import { aFlow, aPodEnd } from '@/lib/flows/testing/a-flow'
import { FlowPulses } from './flow-pulse'

const NOW = Date.UTC(2026, 4, 4, 10)
const EVERYTHING = { namespaces: [], verdicts: [] }
const LAST_SECOND = { from: NOW - 1_000, to: NOW }

function aFilter(text: string): CompiledFilter {
  const read = parseFilter(text)
  if (!read.ok) throw new Error(text)
  return compileFilter(read.value)
}

test('a busy second is counted to its last flow, with what single rows stand for', () => {
  const recent = new RecentFlows(50_000)
  recent.mark(NOW - 1_000)
  for (let index = 0; index < 12_000; index++) recent.add({ ...aFlow({ id: recent.nextId(), windowTime: NOW - 500 }), weight: 2 })
  expect(new FlowPulses(recent).count(EVERYTHING, null, LAST_SECOND)).toBe(24_000)
})

test('only what fits the view counts, and no history that came late', () => {
  const recent = new RecentFlows(100)
  recent.mark(NOW - 1_000)
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 10, verdict: 'dropped' }))
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 10, verdict: 'forwarded' }))
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 61_000, verdict: 'dropped' }))
  const pulses = new FlowPulses(recent)
  expect(pulses.count({ namespaces: [], verdicts: ['dropped'] }, null, LAST_SECOND)).toBe(1)
  expect(pulses.count({ namespaces: ['nobody'], verdicts: [] }, null, LAST_SECOND)).toBe(0)
  expect(pulses.count(EVERYTHING, aFilter('verdict:dropped'), LAST_SECOND)).toBe(1)
})

test('what a source reports half a minute later is news when it comes, once', () => {
  const recent = new RecentFlows(100)
  recent.mark(NOW - 400)
  const [source, destination] = [aPodEnd('shop', 'web'), aPodEnd('bank', 'api')]
  recent.add(aFlow({ id: recent.nextId(), windowTime: NOW - 30_000, source, destination }))
  const pulses = new FlowPulses(recent)
  for (const namespaces of [[], ['shop'], ['bank']]) expect(pulses.count({ namespaces, verdicts: [] }, null, LAST_SECOND)).toBe(1)
  expect(pulses.count(EVERYTHING, null, { from: NOW, to: NOW + 1_000 })).toBe(0)
})
