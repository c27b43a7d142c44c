import type { Cluster, ClusterNode } from '../model/cluster'
import type { FieldPath } from '../model/field-locator'
import { formatPath } from '../model/fields'
import { policyRef, serviceRef, workloadRef } from '../model/names'
import type { ObjectMeta, Origin, RawObject } from '../model/object'
import type { DetectorId } from './detector-id'
import { detectorOf } from './detectors'
import { type DocumentPlaces, placeBelow } from './document-places'
import { fieldAt } from './field-at'
import type { Finding, Severity } from './finding'

/** What a finding is about, and where that was written. */
export type FindingObject = Finding['object'] & { readonly raw: RawObject | null; readonly origin: Origin | null }

export type FindingWords = {
  readonly message: string
  readonly evidence: readonly string[]
  /** null for the object as a whole. */
  readonly field: FieldPath | null
  /** What stands there, where the object at hand is not the document. */
  readonly value?: string
  /** Where these differ from what the detector usually says. */
  readonly severity?: Severity
  readonly why?: string
  readonly fix?: string
}

/** A finding of which the line has not been looked up, because that may mean to read its document again. */
export type FindingDraft = Omit<Finding, 'origin'> & { readonly findOrigin: (places: DocumentPlaces) => Origin | null }

/** Evidence that is shown; the rest is counted in one last item. */
const MAX_EVIDENCE = 8

export function makeFinding(id: DetectorId, about: FindingObject, words: FindingWords): FindingDraft {
  const { apiVersion, kind, namespace, name, ref, raw, origin } = about
  const detector = detectorOf(id)
  const field = words.field
  return {
    id,
    severity: words.severity ?? detector.severity,
    object: { apiVersion, kind, namespace, name, ref },
    field: field === null ? null : formatPath(field),
    value: valueAt(words, raw),
    message: words.message,
    why: words.why ?? detector.why,
    fix: words.fix ?? detector.fix,
    evidence: shortList(words.evidence),
    findOrigin: (places) => placeOf(raw, field, origin, places),
  }
}

export function aboutPolicy(raw: RawObject): FindingObject {
  const { apiVersion, kind, namespace, name, origin } = raw.meta
  return { apiVersion, kind, namespace, name, ref: policyRef(kind, namespace, name), raw, origin }
}

export function aboutCluster({ name }: Cluster): FindingObject {
  return { apiVersion: null, kind: 'Cluster', namespace: null, name, ref: name, raw: null, origin: null }
}

export function aboutNamespace({ apiVersion, name, origin }: ObjectMeta): FindingObject {
  return { apiVersion, kind: 'Namespace', namespace: null, name, ref: name, raw: null, origin }
}

/** `meta` null: only its pods name the workload. */
export function aboutWorkload(namespace: string, name: string, kind: string, meta: ObjectMeta | null): FindingObject {
  const ref = workloadRef(namespace, name, kind)
  return { apiVersion: meta?.apiVersion ?? null, kind, namespace, name, ref, raw: null, origin: meta?.origin ?? null }
}

export function aboutService({ apiVersion, name, namespace, origin }: ObjectMeta): FindingObject {
  return { apiVersion, kind: 'Service', namespace, name, ref: serviceRef(namespace ?? '', name), raw: null, origin }
}

export function aboutNode({ meta }: ClusterNode): FindingObject {
  return aboutObject(meta)
}

export function aboutObject({ apiVersion, kind, name, namespace, origin }: ObjectMeta): FindingObject {
  return { apiVersion, kind, namespace, name, ref: policyRef(kind, namespace, name), raw: null, origin }
}

function placeOf(raw: RawObject | null, field: FieldPath | null, origin: Origin | null, places: DocumentPlaces): Origin | null {
  if (origin === null || field === null) return origin
  return raw?.locate ? placeBelow(origin, field, raw.locate) : places.placeOf(origin, field)
}

function shortList(items: readonly string[]): readonly string[] {
  if (items.length <= MAX_EVIDENCE) return items
  return [...items.slice(0, MAX_EVIDENCE), `and ${items.length - MAX_EVIDENCE} more`]
}

function valueAt({ field, value }: FindingWords, raw: RawObject | null): string | null {
  return shortValue(value ?? (raw === null || field === null ? undefined : fieldAt(raw.body, field)))
}

function shortValue(value: unknown): string | null {
  if (value === undefined) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
