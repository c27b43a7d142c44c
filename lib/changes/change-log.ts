import type { AlteredVerdicts, ClusterChange, FieldChange } from './cluster-change'

/** One change in the log. Times are milliseconds since the epoch. */
export type LoggedChange = ClusterChange & {
  /** Unique in this process, in the order of the log. */
  readonly id: number
  readonly at: number
  /** The last of several alike that are told as one; `at` where there was one. */
  readonly until: number
  /** How many readings it is told of. */
  readonly times: number
  /** The reading of the cluster that brought it; of several told as one, the last whose effect counts for them. */
  readonly revision: number
}

export type ChangeLogOptions = {
  readonly keptMs: number
  /** Changes that are kept. */
  readonly limit: number
  /** Changes that one reading may bring. */
  readonly perReading: number
}

export const CHANGE_LOG_LIMITS = { limit: 10_000, perReading: 500 } as const

export type ChangeQuery = {
  /** null leaves the side open. */
  readonly from: number | null
  readonly to: number | null
  readonly matches: (change: ClusterChange) => boolean
  readonly limit: number
}

/** What the changes of one reading did together. */
export type ReadingEffect = {
  readonly verdicts: AlteredVerdicts
  /** Changes that share it. */
  readonly together: number
}

/** Pods and endpoints of one workload that change again within this time are told as one change. */
const TOGETHER_MS = 30_000
/** Numbers that are added up when changes are told as one. */
const SUMMED: ReadonlySet<string> = new Set(['pods that came', 'pods that went', 'pods with another address'])

const UNAFFECTED: ReadingEffect = { verdicts: { state: 'computed', opened: 0, closed: 0, otherwise: 0, pairs: [] }, together: 1 }

/** What changed in the cluster, for as long as flows are kept; bounded, and what did not fit is counted. */
export class ChangeLog {
  private changes: LoggedChange[] = []
  private readonly effects = new Map<number, ReadingEffect>()
  private nextId = 1
  private leftOut = 0
  private forgotten = 0

  constructor(private readonly options: ChangeLogOptions) {}

  add(
    found: readonly ClusterChange[],
    reading: { readonly at: number; readonly revision: number; readonly verdicts: AlteredVerdicts },
  ): void {
    const { at, revision, verdicts } = reading
    const kept = found.slice(0, this.options.perReading)
    this.leftOut += found.length - kept.length
    for (const change of kept) {
      const place = this.placeOfAlike(change, at, verdicts)
      const earlier = this.changes[place]
      if (earlier === undefined) this.changes.push({ ...change, id: this.nextId++, at, until: at, times: 1, revision })
      else {
        const fields = merged(earlier.fields, change.fields)
        // Of the two at most one did something, or both are compared as one.
        const deciding = isNothing(verdicts) ? earlier.revision : revision
        this.changes[place] = { ...earlier, fields, until: at, times: earlier.times + 1, revision: deciding }
      }
    }
    if (found.length > 0) this.effects.set(revision, { verdicts, together: found.length })
    this.prune(at)
  }

  /** Takes over what another log held, as it was. */
  resume(changes: readonly LoggedChange[], effects: readonly (ReadingEffect & { readonly revision: number })[]): void {
    this.changes.push(...changes.slice(-this.options.limit))
    this.nextId = Math.max(this.nextId, ...this.changes.map(({ id }) => id + 1))
    for (const { revision, ...effect } of effects) this.effects.set(revision, effect)
  }

  /** Says what the changes of some readings did, once that is known. */
  settle(revisions: readonly number[], verdicts: AlteredVerdicts): void {
    const known = revisions.filter((revision) => this.effects.has(revision))
    const together = known.reduce((sum, revision) => sum + (this.effects.get(revision)?.together ?? 0), 0)
    for (const revision of known) this.effects.set(revision, { verdicts, together })
  }

  effectOf({ revision }: LoggedChange): ReadingEffect {
    return this.effects.get(revision) ?? UNAFFECTED
  }

  /** Newest first; `total` counts all that fit. */
  page({ from, to, matches, limit }: ChangeQuery): { readonly changes: readonly LoggedChange[]; readonly total: number } {
    const fitting = this.changes.filter(
      (change) => (from === null || change.until >= from) && (to === null || change.at < to) && matches(change),
    )
    return { changes: fitting.slice(-limit).reverse(), total: fitting.length }
  }

  /** How much is kept, and how much was left out or forgotten before its time. */
  usage(): { readonly kept: number; readonly limit: number; readonly lost: number } {
    return { kept: this.changes.length, limit: this.options.limit, lost: this.leftOut + this.forgotten }
  }

  /** The change that another one is told with: its effect must not be lost, nor be taken for that of the other. */
  private placeOfAlike({ topic, type, ref }: ClusterChange, at: number, verdicts: AlteredVerdicts): number {
    if ((topic !== 'pods' && topic !== 'endpoints') || type !== 'changed') return -1
    const place = this.changes.findLastIndex(
      (known) => known.until > at - TOGETHER_MS && known.ref === ref && known.topic === topic && known.type === type,
    )
    const earlier = this.changes[place]
    if (earlier === undefined || isNothing(verdicts)) return place
    const before = this.effectOf(earlier).verdicts
    return isNothing(before) || (before.state === 'pending' && verdicts.state === 'pending') ? place : -1
  }

  private prune(now: number): void {
    const fresh = this.changes.filter(({ until }) => until > now - this.options.keptMs)
    const surplus = Math.max(0, fresh.length - this.options.limit)
    if (surplus === 0 && fresh.length === this.changes.length) return
    this.forgotten += surplus
    this.changes = fresh.slice(surplus)
    const revisions = new Set(this.changes.map(({ revision }) => revision))
    for (const revision of this.effects.keys()) if (!revisions.has(revision)) this.effects.delete(revision)
  }
}

/** True when the policies say the same as before. */
function isNothing(verdicts: AlteredVerdicts): boolean {
  return verdicts.state === 'computed' && verdicts.opened + verdicts.closed + verdicts.otherwise === 0
}

/** Each field from what it was at first to what it is at last. */
function merged(earlier: readonly FieldChange[], later: readonly FieldChange[]): readonly FieldChange[] {
  const fields = new Map(earlier.map((field) => [field.path, field]))
  for (const field of later) {
    const old = fields.get(field.path)
    if (old === undefined) fields.set(field.path, field)
    else if (SUMMED.has(field.path)) fields.set(field.path, { ...old, after: String(Number(old.after) + Number(field.after)) })
    else fields.set(field.path, { ...old, after: field.after })
  }
  return [...fields.values()]
}
