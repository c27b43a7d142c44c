import type { SourceFact } from '@/lib/flows/source-about'
import { decodeRecord } from '../decode-line'
import type { DecodedLine } from '../decoded-line'
import type { HttpClient } from '../http/http-client'
import { HttpSourceError } from '../http/http-source-error'
import { type LokiAnswer, type LokiEntry, readStreams, recordOf } from './loki-answer'
import { type LokiCursor, msOf } from './loki-cursor'

/** The records of a page, and whether nothing is left before the end that was asked for. */
export type LokiPage = { readonly lines: readonly DecodedLine[]; readonly isWhole: boolean }

/** Lines of a page; Loki's own default allows as many. */
const PAGE_LINES = 5_000
const MIN_PAGE_LINES = 50

/** Reads one Loki page by page, and keeps count of what is to be said of it. */
export class LokiPages {
  private readonly client: HttpClient
  private readonly query: string
  private pageLines = PAGE_LINES
  private records = 0
  private crowdedMoments = 0
  /** Milliseconds of records that were passed over. */
  missedMs = 0

  constructor(client: HttpClient, query: string) {
    this.client = client
    this.query = query
  }

  /** The page from the cursor on, which moves. */
  async next(cursor: LokiCursor, endNs: bigint, now: number, signal: AbortSignal): Promise<LokiPage> {
    const from = cursor.fromNs
    const answer = await this.ask(from, endNs, signal)
    const { entries } = answer
    const isFull = entries.length + answer.unreadable >= this.pageLines
    const inside = entries.filter(({ atNs }) => atNs >= from && atNs < endNs)
    const fresh = cursor.take(inside)
    if (isFull && cursor.fromNs === from) {
      // More records of one nanosecond than a page holds: the next ones can only be those after it.
      this.crowdedMoments++
      cursor.moveTo(from + 1n)
    }
    this.records += fresh.length
    const lines = fresh.map((entry) => decoded(entry, now))
    for (let index = 0; index < answer.unreadable; index++) lines.push({ kind: 'rejected', reason: 'not an entry of Loki' })
    for (let index = inside.length; index < entries.length; index++) lines.push({ kind: 'rejected', reason: 'outside the time asked for' })
    return { lines, isWhole: !isFull }
  }

  private async ask(from: bigint, end: bigint, signal: AbortSignal): Promise<LokiAnswer> {
    for (;;) {
      const asked = { query: this.query, start: String(from), end: String(end), limit: String(this.pageLines), direction: 'forward' }
      try {
        const { body } = await this.client.ask({ path: `/loki/api/v1/query_range?${new URLSearchParams(asked)}` }, signal)
        return readStreams(body, this.client.host)
      } catch (error) {
        const isTooMuch = error instanceof HttpSourceError && (error.isTooLong || (error.status === 400 && error.message.includes('limit')))
        if (!isTooMuch || this.pageLines <= MIN_PAGE_LINES) throw error
        this.pageLines = Math.max(MIN_PAGE_LINES, allowedLines(error.message, this.pageLines) ?? Math.floor(this.pageLines / 2))
      }
    }
  }

  message(): string | null {
    const notes: string[] = []
    if (this.missedMs > 0) notes.push(`records of ${Math.round(this.missedMs / 1000)} s were passed over after a break`)
    if (this.crowdedMoments > 0) notes.push(`${this.crowdedMoments} moments had more records than one answer of Loki holds`)
    if (this.records === 0) notes.push('no records yet: is NetObserv writing to this Loki, and is the tenant right?')
    return notes.length === 0 ? null : notes.join('; ')
  }

  facts(now: number, cursor: LokiCursor): readonly SourceFact[] {
    const behind = Math.max(0, Math.round((now - msOf(cursor.fromNs)) / 1000))
    return [
      { name: 'records read', value: String(this.records) },
      { name: 'read up to', value: `${behind} s ago` },
    ]
  }
}

/** The limit that Loki names: `max entries limit per query exceeded, limit > max_entries_limit (5000 > 1000)`. */
function allowedLines(message: string, asked: number): number | null {
  const allowed = /\(\d{1,9} > (\d{1,9})\)/.exec(message)?.[1]
  return allowed === undefined || Number(allowed) >= asked ? null : Number(allowed)
}

function decoded(entry: LokiEntry, now: number): DecodedLine {
  const record = recordOf(entry)
  if (record === null) return { kind: 'rejected', reason: 'not JSON' }
  return decodeRecord(record, 'netobserv', now, { time: msOf(entry.atNs) })
}
