import type { SourceReport } from '@/lib/api/collector-report'
import { durationWords } from '@/lib/model/duration-words'
import type { WrittenReport } from './store/rows/record-rows'

/** Collectors write every few seconds; one that has not for this long is silent. */
export const SILENT_MS = 15_000

/** The name of the line that stands for all collectors when they are silent. */
const NOBODY = 'collectors'

type Reading = {
  readonly now: number
  /** When the store was last read; null before the first time. */
  readonly readAt: number | null
  /** Why it cannot be read now; null when it can. */
  readonly problem: string | null
}

/** A source as one collector reports it. */
type Told = {
  readonly source: SourceReport
  readonly report: WrittenReport
  /** Why nothing comes from that collector any more; null while it writes. */
  readonly silence: string | null
}

/**
 * The sources of all collectors as they are now, each with its own account. Those of a collector that is silent are failed, and
 * when no collector writes, or the store cannot be read, a line of its own says so.
 *
 * @param reports the newest first
 */
export function reportedSources(reports: readonly WrittenReport[], reading: Reading): readonly SourceReport[] {
  const byName = new Map<string, Told[]>()
  for (const report of reports) {
    const silence = describeSilence(report, reading.now)
    for (const source of report.sources) {
      const told = byName.get(source.name) ?? []
      byName.set(source.name, told)
      if (!told.some((other) => replaces(other, { source, report, silence }))) told.push({ source, report, silence })
    }
  }
  const sources = [...byName.values()].flatMap((told) => shown(told))
  const message = describeAll(reports, reading)
  return message === null ? sources : [nobody(message.state, message.text), ...sources]
}

/** True where a newer report has taken the place of one that nothing comes from any more. */
function replaces(newer: Told, { source, report, silence }: Told): boolean {
  if (silence === null) return false
  // The next run on the same machine; or another that goes on after a stop, or with a source that only one counts.
  if (newer.report.host === report.host) return true
  return newer.silence === null && (report.isOver || (source.duty === 'holds' && newer.source.duty === 'holds') || source.duty === 'waits')
}

/** What is said of the sources of one name. */
function shown(told: readonly Told[]): readonly SourceReport[] {
  const counting = told.filter(({ source }) => source.duty !== 'waits')
  const waiting = told.filter(({ source, silence }) => source.duty === 'waits' && silence === null)
  if (counting.length === 0) return told.slice(0, 1).map(asNow)
  const twice = counting.filter(({ source, silence }) => source.duty === 'unguarded' && silence === null)
  const described = `counted twice: by the collectors on ${twice.map(({ report }) => report.host).join(' and ')}; leave it to one of them`
  return counting.map((each) => {
    const source = asNow(each)
    const name = counting.length === 1 ? source.name : `${source.name} on ${each.report.host}`
    const ledger = { ...source.ledger, source: name }
    const facts =
      waiting.length === 0
        ? source.facts
        : [...source.facts, { name: 'ready to go on', value: waiting.map(({ report }) => report.host).join(', ') }]
    if (twice.length < 2 || !twice.includes(each)) return { ...source, name, facts, ledger }
    return {
      ...source,
      name,
      facts,
      ledger,
      state: 'failed' as const,
      message: source.state === 'failed' ? `${source.message}; and ${described}` : described,
    }
  })
}

function asNow({ source, silence }: Told): SourceReport {
  return silence === null ? source : { ...source, state: 'failed', message: silence, perSecond: 0, delay: null }
}

function describeSilence({ at, host, isOver }: WrittenReport, now: number): string | null {
  if (isOver) return `the collector on ${host} was stopped`
  return now - at < SILENT_MS
    ? null
    : `the collector on ${host} has not written for ${durationWords(now - at)}; look whether it runs and reaches the store`
}

function describeAll(
  reports: readonly WrittenReport[],
  { now, readAt, problem }: Reading,
): { state: 'failed' | 'connecting'; text: string } | null {
  if (problem !== null) {
    const age = readAt === null ? '' : `; what is shown is ${durationWords(now - readAt)} old`
    return { state: 'failed', text: `the store cannot be read: ${problem}${age}` }
  }
  if (readAt === null) return { state: 'connecting', text: 'reading the store' }
  if (reports.some((report) => describeSilence(report, now) === null)) return null
  const newest = reports[0]
  if (newest === undefined) {
    return { state: 'failed', text: 'no collector writes to the store; start one with --role collector and the same --store and cluster' }
  }
  return { state: 'failed', text: `no collector has written for ${durationWords(now - newest.at)}; the newest flows are missing` }
}

function nobody(state: 'failed' | 'connecting', message: string): SourceReport {
  return {
    name: NOBODY,
    kind: 'store',
    state,
    message,
    perSecond: 0,
    lastAt: null,
    lost: 0,
    delay: null,
    proof: null,
    facts: [],
    ledger: { source: NOBODY, received: 0, stored: 0, sampled: 0, dropped: {}, ignored: {}, queued: 0, lostAtSource: 0 },
    unknownFields: 0,
    duty: 'own',
  }
}
