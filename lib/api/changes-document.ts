import type { LoggedChange, ReadingEffect } from '../changes/change-log'
import type { AlteredVerdicts, ChangeTopic, ClusterChange } from '../changes/cluster-change'
import type { Document } from './documents'
import { printTime } from './print-time'

/** `GET /api/v1/changes?from=&to=&about=&namespaces=&topic=&limit=`: what changed in the cluster, newest first. */
export type ChangesDocument = Document<'Changes'> & {
  readonly from: string
  readonly to: string
  readonly changes: readonly ChangeDocument[]
  /** All that fit; `changes` are the newest of them. */
  readonly total: number
  /** True when there are more than could be counted. */
  readonly more: boolean
  /** Since when changes are written down: of earlier ones nothing is known. */
  readonly since: string
}

export type ChangeDocument = ClusterChange & {
  /** Unique in one cluster. */
  readonly id: string
  /** When it was learned. */
  readonly time: string
  /** The last of several alike that are told as one; `time` where there was one. */
  readonly until: string
  /** How many they are. */
  readonly times: number
  readonly verdicts: AlteredVerdicts & {
    /** Changes that were learned together with this one: what they did cannot be told apart. */
    readonly together: number
  }
}

export type ChangesWanted = {
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  /** Contract names of objects; empty lists leave nothing out. */
  readonly about: readonly string[]
  readonly namespaces: readonly string[]
  readonly topics: readonly ChangeTopic[]
  readonly limit: number
}

/** One change with what it did. */
export type ListedChange = { readonly id: string; readonly change: LoggedChange; readonly effect: ReadingEffect }

/** What was found, newest first; `isCut` when more was there than was read. */
export type FoundChanges = { readonly changes: readonly ListedChange[]; readonly total: number; readonly isCut: boolean }

export function changesDocument(
  { changes, total, isCut }: FoundChanges,
  { from, to }: Pick<ChangesWanted, 'from' | 'to'>,
  since: number,
): ChangesDocument {
  return {
    apiVersion: 'sluice/v1',
    kind: 'Changes',
    from: printTime(from),
    to: printTime(to),
    changes: changes.map(changeDocument),
    total,
    more: isCut,
    since: printTime(since),
  }
}

function changeDocument({ id, change: logged, effect }: ListedChange): ChangeDocument {
  const { id: _id, at, until, times, revision: _, ...change } = logged
  const { verdicts, together } = effect
  return { ...change, id, time: printTime(at), until: printTime(until), times, verdicts: { ...verdicts, together } }
}

/** Changes without a namespace of their own are in every namespace. */
export function isWanted({ ref, namespace, objectKind, topic }: ClusterChange, { about, namespaces, topics }: ChangesWanted): boolean {
  const own = objectKind === 'Namespace' ? ref : namespace
  return (
    (about.length === 0 || about.includes(ref)) &&
    (namespaces.length === 0 || own === null || namespaces.includes(own)) &&
    (topics.length === 0 || topics.includes(topic))
  )
}
