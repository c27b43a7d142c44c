import type { Cluster } from './cluster'
import { documentProblem } from './fields'
import { type ClusterNaming, fillCluster } from './fill-cluster'
import { flattenLists } from './flatten-lists'
import { isEqual } from './is-equal'
import type { DocumentReading, KnownReading } from './known-reading'
import { declaredClusterScoped } from './object-kinds'
import { placesBefore } from './places-before'
import type { InputProblem } from './problem'
import { ProblemList } from './problem-list'
import type { Scopes } from './read-meta'
import type { IdentifiedDocument, ReadObject } from './read-object'
import { identifyDocument, ObjectLists, placeOf, readObject, shareValue } from './read-object'
import type { SourceDocument } from './source-document'

export type { SourceDocument } from './source-document'

export type ReadClusterOptions = ClusterNaming & {
  /** Where namespaced objects go that name no namespace, as `kubectl -n` says it; `default` when left out. */
  readonly defaultNamespace?: string
}

/**
 * Makes one cluster of any number of documents.
 *
 * Never throws on input: what cannot be read is a problem of the result and costs only itself. Later documents win
 * on equal group, kind, namespace and name. Lists are taken apart. Kinds without a reader end up in `others`.
 */
export function readCluster(documents: readonly SourceDocument[], options: ReadClusterOptions): Cluster {
  return readClusterAgain(documents, options, null).cluster
}

/**
 * Reads the next state of a cluster: only documents that were not there before are read. The result is what `readCluster`
 * gives, with the very values of the reading before where they are equal: single objects, and each of the tables and lists as a
 * whole, so that whoever compiled the earlier one sees what changed without looking into it. An object that was written
 * elsewhere, or whose text may have other lines, counts as changed.
 */
export function readClusterAgain(
  documents: readonly SourceDocument[],
  options: ReadClusterOptions,
  previous: KnownReading | null,
): KnownReading {
  const { flat, places } = alignDocuments(documents, previous)
  const scopes = scopesOf(flat, places, options, previous)
  // What is in a namespace and what is not may be another matter now.
  if (previous !== null && !isEqual(previous.scopes, scopes)) places.fill(-1)

  const readings: DocumentReading[] = []
  const fresh = new Map<number, IdentifiedDocument>()
  for (const [index, document] of flat.entries()) {
    const known = previous?.readings[places[index] ?? -1]
    if (known !== undefined && (known.object !== null || known.key === null)) {
      readings.push(known)
      continue
    }
    const read = identifyDocument(document, scopes)
    const declares = declaredBy(document.body)
    if ('key' in read) {
      fresh.set(index, read)
      readings.push({ meta: read.meta, key: read.key, declares, identifying: read.problems, object: null })
    } else readings.push({ meta: null, key: null, declares, identifying: read, object: null })
  }
  const isPlain = (previous?.isPlain === true && haveTheSameKeys(previous.readings, readings)) || areDistinct(readings)
  const winners = isPlain ? null : latest(readings)
  if (winners !== null) dropRepeated(readings, winners)
  const before = fresh.size === 0 || previous === null ? NO_OBJECTS : objectsLeft(previous.readings, winners === null ? places : null)
  for (const [index, document] of fresh) {
    const reading = readings[index]
    if (reading === undefined || (winners !== null && winners.get(document.key) !== index)) continue
    const object = readObject(document)
    const old = before.get(document.key)
    readings[index] = { ...reading, object: old === undefined ? object : shareValue(old, object) }
  }
  const order = winners === null ? readings : [...winners.values()].flatMap((index) => readings[index] ?? [])

  const lists = new ObjectLists()
  const mentioned = new Set<string>()
  let last: string | null = null
  for (const { object } of order) {
    if (object === null) continue
    object.addTo(lists)
    if (object.namespace !== null && object.namespace !== last) mentioned.add(object.namespace)
    last = object.namespace
  }
  const problems = problemsOf(readings, order, winners === null ? null : repetitions(flat, readings))
  const namespaces = [...mentioned]
  const { cluster, workloads } = fillCluster({ lists, namespaces, problems: problems.finish(options.name), options }, previous)
  return {
    cluster,
    scopes,
    documents: flat.some(({ locate }) => locate !== undefined)
      ? flat.map((document) => (document.locate === undefined ? document : null))
      : flat,
    readings,
    isPlain,
    lists,
    namespaces,
    workloads,
  }
}

const NOTHING: ReadonlySet<string> = new Set()
const NO_OBJECTS: ReadonlyMap<string, ReadObject> = new Map()

/** The documents without lists, each with its place in the previous reading. */
function alignDocuments(
  documents: readonly SourceDocument[],
  previous: KnownReading | null,
): { readonly flat: readonly SourceDocument[]; readonly places: Int32Array } {
  if (previous === null) {
    const flat = flattenLists(documents)
    return { flat, places: new Int32Array(flat.length).fill(-1) }
  }
  const places = placesBefore<SourceDocument | null>(previous.documents, documents)
  const flat = flattenLists(documents, (index) => places[index] !== -1)
  return { flat, places: flat === documents ? places : placesBefore<SourceDocument | null>(previous.documents, flat) }
}

function declaredBy(body: unknown): ReadonlySet<string> {
  const declared = declaredClusterScoped([body])
  return declared.size === 0 ? NOTHING : declared
}

/** How objects find their namespaces: kinds without any are those that everybody knows, and those that a definition names. */
function scopesOf(
  documents: readonly SourceDocument[],
  places: Int32Array,
  { defaultNamespace = 'default' }: ReadClusterOptions,
  previous: KnownReading | null,
): Scopes {
  const clusterScoped = new Set<string>()
  const known = previous === null || previous.scopes.clusterScoped.size === 0 ? null : previous.readings
  for (const [index, { body }] of documents.entries()) {
    const place = places[index] ?? -1
    if (place !== -1 && known === null) continue
    for (const kind of known?.[place]?.declares ?? declaredBy(body)) clusterScoped.add(kind)
  }
  return { defaultNamespace, clusterScoped }
}

function haveTheSameKeys(before: readonly DocumentReading[], now: readonly DocumentReading[]): boolean {
  if (before.length !== now.length) return false
  for (const [index, reading] of now.entries()) {
    const old = before[index]
    if (reading !== old && reading.key !== old?.key) return false
  }
  return true
}

function areDistinct(readings: readonly DocumentReading[]): boolean {
  const keys = new Set<string>()
  for (const { key } of readings) {
    if (key === null || keys.has(key)) return false
    keys.add(key)
  }
  return true
}

/** The place of the last document of each object, in the order in which the objects came up first. */
function latest(readings: readonly DocumentReading[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  for (const [index, { key }] of readings.entries()) if (key !== null) places.set(key, index)
  return places
}

/** Forgets what was read of documents that do not count any more. */
function dropRepeated(readings: DocumentReading[], winners: ReadonlyMap<string, number>): void {
  for (const [index, reading] of readings.entries()) {
    if (reading.object !== null && reading.key !== null && winners.get(reading.key) !== index)
      readings[index] = { ...reading, object: null }
  }
}

/** The objects of documents that are not there any more, by key; without `places` all of them. */
function objectsLeft(before: readonly DocumentReading[], places: Int32Array | null): ReadonlyMap<string, ReadObject> {
  const isThere = new Uint8Array(before.length)
  for (const place of places ?? []) if (place !== -1) isThere[place] = 1
  const left = new Map<string, ReadObject>()
  for (const [index, { key, object }] of before.entries())
    if (isThere[index] === 0 && key !== null && object !== null) left.set(key, object)
  return left
}

/** First what keeps documents from being told apart, then what could not be read in the objects. */
function problemsOf(
  readings: readonly DocumentReading[],
  order: readonly DocumentReading[],
  repeated: ReadonlyMap<number, InputProblem> | null,
): ProblemList {
  const problems = new ProblemList()
  const isFine = ({ identifying, object }: DocumentReading): boolean =>
    identifying.length === 0 && (object === null || object.problems.length === 0)
  if (repeated === null && readings.every(isFine)) return problems
  for (const [index, { identifying }] of readings.entries()) {
    for (const problem of identifying) problems.add(problem)
    const repetition = repeated?.get(index)
    if (repetition !== undefined) problems.add(repetition)
  }
  for (const { object } of order) for (const problem of object?.problems ?? []) problems.add(problem)
  return problems
}

/** Objects that one file writes several times. */
function repetitions(documents: readonly SourceDocument[], readings: readonly DocumentReading[]): ReadonlyMap<number, InputProblem> {
  const earlier = new Map<string, SourceDocument>()
  const found = new Map<number, InputProblem>()
  for (const [index, document] of documents.entries()) {
    const { key, meta } = readings[index] ?? { key: null, meta: null }
    if (key === null || meta === null) continue
    const origin = earlier.get(key)?.origin
    if (origin && origin.file === document.origin?.file) {
      const place = meta.namespace === null ? meta.name : placeOf(meta)
      const message = `${meta.kind} ${place} was already written in line ${origin.line}; the later one counts`
      found.set(index, documentProblem(document, ['metadata', 'name'], 'warning', message))
    }
    earlier.set(key, document)
  }
  return found
}
