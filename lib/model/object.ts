import type { FieldLocator } from './field-locator'
import type { Labels } from './labels'

/** Where an object was written. */
export type Origin = {
  readonly file: string
  /** Line of the document's first key, counted from 1. */
  readonly line: number
  readonly column: number
}

export type OwnerReference = {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string | null
  readonly controller: boolean
}

/** What every object of the cluster carries. */
export type ObjectMeta = {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** null for cluster-scoped kinds. Namespaced kinds without one are in `default`. */
  readonly namespace: string | null
  /** null when the object was read from a manifest that carries none. */
  readonly uid: string | null
  readonly labels: Labels
  readonly annotations: Labels
  readonly owners: readonly OwnerReference[]
  readonly generation: number | null
  /** Milliseconds since the epoch; null when not stated. */
  readonly createdAt: number | null
  readonly origin: Origin | null
}

/**
 * An object as it was written: plain JSON values behind typed metadata. Kinds that no reader knows stay in
 * this form, and policies keep it so that the deciding rule can be shown in its own YAML.
 */
export type RawObject = {
  readonly meta: ObjectMeta
  /** The whole document as JSON (string, number, boolean, null, arrays, plain objects). */
  readonly body: Readonly<Record<string, unknown>>
  /** Finds the line of a field; null for an object that was read from a live cluster. */
  readonly locate: FieldLocator | null
}
