import { isRecord } from './fields'
import { isEqual } from './is-equal'
import { placesBefore } from './places-before'
import type { SourceDocument } from './source-document'

/** An object as it was for a while. Times are milliseconds since the epoch. */
type Version = {
  readonly since: number
  /** Not included; null while it is like this. */
  readonly until: number | null
  readonly document: SourceDocument
}

export type ObjectHistoryOptions = {
  /** How long it is remembered what was. */
  readonly keptMs: number
  /** Versions of the past that are remembered at most. */
  readonly limit: number
}

/**
 * The objects of a cluster at any moment of the last while. It follows the readings of one cluster; what is there at the
 * first one is known from then on.
 */
export class ObjectHistory {
  private documents: readonly SourceDocument[] = []
  private readonly present = new Map<string, Version>()
  /** By the end of each. */
  private past: Version[] = []
  private readonly moments: number[] = []
  private from: number | null = null
  private forgotten = 0

  constructor(private readonly options: ObjectHistoryOptions) {}

  /** Takes the next reading; documents that are the same value as before cost nothing. */
  follow(documents: readonly SourceDocument[], now: number): void {
    const before = this.documents
    this.documents = documents
    this.from ??= now
    const places = placesBefore(before, documents)
    const isThere = new Uint8Array(before.length)
    for (const place of places) if (place !== -1) isThere[place] = 1
    let isChanged = false
    const stays = new Set<string>()
    for (const [index, document] of documents.entries()) {
      if (places[index] !== -1) continue
      const key = keyOf(document)
      if (key === null) continue
      stays.add(key)
      const known = this.present.get(key)
      if (known !== undefined && isEqual(known.document.body, document.body)) {
        this.present.set(key, { ...known, document })
        continue
      }
      if (known !== undefined) this.close(key, known, now)
      this.present.set(key, { since: now, until: null, document })
      isChanged = true
    }
    for (const [index, document] of before.entries()) {
      if (isThere[index] === 1) continue
      const key = keyOf(document) ?? ''
      const known = this.present.get(key)
      // Of two documents of one name the later one counts; the other may go without a trace.
      if (known === undefined || stays.has(key) || known.document !== document) continue
      this.close(key, known, now)
      isChanged = true
    }
    if (isChanged) this.moments.push(now)
    this.prune(now)
  }

  /** The objects at a moment; null when that is before all that is remembered. */
  at(moment: number): readonly SourceDocument[] | null {
    if (this.from === null || moment < this.from) return null
    const documents: SourceDocument[] = []
    for (const { since, document } of this.present.values()) if (since <= moment) documents.push(document)
    for (const { since, until, document } of this.past) if (since <= moment && until !== null && until > moment) documents.push(document)
    return documents
  }

  /** The last change at or before a moment: at all moments with the same one the objects are the same. Null before all. */
  changeBefore(moment: number): number | null {
    if (this.from === null || moment < this.from) return null
    return this.moments.findLast((at) => at <= moment) ?? this.from
  }

  /** True when nothing changed after a moment. */
  isNow(moment: number): boolean {
    return (this.moments.at(-1) ?? Number.NEGATIVE_INFINITY) <= moment && this.from !== null && this.from <= moment
  }

  /** The first moment whose objects are known; null before the first reading. */
  get knownFrom(): number | null {
    return this.from
  }

  usage(): { readonly past: number; readonly limit: number; readonly forgottenEarly: number } {
    return { past: this.past.length, limit: this.options.limit, forgottenEarly: this.forgotten }
  }

  private close(key: string, version: Version, until: number): void {
    this.present.delete(key)
    this.past.push({ ...version, until })
  }

  private prune(now: number): void {
    const oldest = now - this.options.keptMs
    const due = this.past.findIndex(({ until }) => until === null || until >= oldest)
    const old = due === -1 ? this.past.length : due
    const surplus = Math.max(0, this.past.length - old - this.options.limit)
    if (old + surplus === 0) return
    const gone = this.past.splice(0, old + surplus)
    this.forgotten += surplus
    // Before the end of what is forgotten the picture would have holes.
    this.from = Math.max(this.from ?? now, gone.at(-1)?.until ?? now)
    const from = this.from
    const first = this.moments.findIndex((at) => at >= from)
    this.moments.splice(0, first === -1 ? this.moments.length : first)
  }
}

/** What tells an object from all others; null for what is no object. */
function keyOf({ body }: SourceDocument): string | null {
  if (!isRecord(body) || !isRecord(body.metadata)) return null
  const { apiVersion, kind } = body
  const { name, namespace = '' } = body.metadata
  if (typeof kind !== 'string' || typeof name !== 'string') return null
  return `${String(apiVersion)} ${kind} ${String(namespace)}/${name}`
}
