import { expect, test } from 'vitest'
import type { SourceReport } from '@/lib/api/collector-report'
import { reportedSources } from './reported-sources'
import type { WrittenReport } from './store/rows/record-rows'

const NOW = Date.UTC(2026, 4, 4, 10)

function aSource(over: Partial<SourceReport> = {}): SourceReport {
  const ledger = { source: 'ingest', received: 7, stored: 7, sampled: 0, dropped: {}, ignored: {}, queued: 0, lostAtSource: 0 }
  const about = { name: 'ingest', kind: 'ingest', state: 'live', message: null, proof: null, facts: [], duty: 'own' } as const
  return { ...about, perSecond: 2, lastAt: NOW - 3_000, lost: 0, delay: null, unknownFields: 0, ledger, ...over }
}

function aReport(host: string, sources: readonly SourceReport[], over: Partial<WrittenReport> = {}): WrittenReport {
  return { at: NOW - 2_000, startedAt: NOW - 60_000, host, isOver: false, writer: 1, sources, ...over }
}

const told = (...reports: WrittenReport[]) =>
  reportedSources(reports, { now: NOW, readAt: NOW - 1_000, problem: null }).map(({ name, state, message }) => [name, state, message])

const hubble = (duty: SourceReport['duty']) => aSource({ name: 'hubble relay:4245', kind: 'hubble', duty })

test('each collector has an account of what was sent to it', () => {
  expect(told(aReport('one', [aSource()]))).toEqual([['ingest', 'live', null]])
  expect(told(aReport('one', [aSource()]), aReport('two', [aSource()]))).toEqual([
    ['ingest on one', 'live', null],
    ['ingest on two', 'live', null],
  ])
  const both = reportedSources([aReport('one', [aSource()]), aReport('two', [aSource()])], { now: NOW, readAt: NOW, problem: null })
  expect(both.map(({ ledger }) => ledger.source)).toEqual(['ingest on one', 'ingest on two'])
})

test('a collector that writes no more is said to be gone, until its next run', () => {
  const killed = aReport('two', [aSource()], { at: NOW - 20_000 })
  const gone = 'the collector on two has not written for 20 s; look whether it runs and reaches the store'
  expect(told(aReport('one', [aSource()]), killed)).toEqual([
    ['ingest on one', 'live', null],
    ['ingest on two', 'failed', gone],
  ])
  expect(told(aReport('two', [aSource()]), killed)).toEqual([['ingest', 'live', null]])
  expect(told(killed)).toEqual([
    ['collectors', 'failed', 'no collector has written for 20 s; the newest flows are missing'],
    ['ingest', 'failed', gone],
  ])
})

test('one that was stopped is not missed while another goes on', () => {
  const stopped = aReport('old', [aSource()], { isOver: true })
  expect(told(aReport('new', [aSource()]), stopped)).toEqual([['ingest', 'live', null]])
  expect(told(stopped)[1]).toEqual(['ingest', 'failed', 'the collector on old was stopped'])
})

test('of a source that only one counts, that one is shown, and who could go on', () => {
  const both = [aReport('one', [hubble('waits')]), aReport('two', [hubble('holds')])]
  expect(told(...both)).toEqual([['hubble relay:4245', 'live', null]])
  expect(reportedSources(both, { now: NOW, readAt: NOW, problem: null })[0]?.facts).toEqual([{ name: 'ready to go on', value: 'one' }])
  const killed = aReport('two', [hubble('holds')], { at: NOW - 20_000 })
  expect(told(aReport('one', [hubble('holds')]), killed)).toEqual([['hubble relay:4245', 'live', null]])
  expect(told(aReport('one', [hubble('waits')]), killed)).toMatchObject([
    ['hubble relay:4245', 'failed', expect.stringContaining('on two')],
  ])
})

test('a source that two collectors count is said to be counted twice', () => {
  const message = 'counted twice: by the collectors on one and two; leave it to one of them'
  expect(told(aReport('one', [hubble('unguarded')]), aReport('two', [hubble('unguarded')]))).toEqual([
    ['hubble relay:4245 on one', 'failed', message],
    ['hubble relay:4245 on two', 'failed', message],
  ])
  const failed = { ...hubble('unguarded'), state: 'failed', message: 'nobody listens there' } as const
  expect(told(aReport('one', [failed]), aReport('two', [hubble('unguarded')]))[0]?.[2]).toBe(`nobody listens there; and ${message}`)
})

test('a store that cannot be read, and one that nobody writes to, are said', () => {
  const reading = { now: NOW, readAt: NOW - 9_000, problem: 'no answer' }
  expect(reportedSources([aReport('one', [aSource()])], reading)[0]?.message).toBe(
    'the store cannot be read: no answer; what is shown is 9 s old',
  )
  expect(reportedSources([], { ...reading, problem: null })[0]?.message).toContain('start one with --role collector')
})
