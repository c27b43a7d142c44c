import type { Origin } from './object'

/** Keys and list positions from the top of a document to one of its fields. */
export type FieldPath = readonly (string | number)[]

/** Line and column of a field, counted from 1; null when the place cannot be found. */
export type FieldLocator = (path: FieldPath) => { readonly line: number; readonly column: number } | null

/** One document as it was read: plain JSON values that nobody has checked yet. */
export type SourceDocument = {
  readonly body: unknown
  /** null for an object that was read from a live cluster. */
  readonly origin: Origin | null
  /** Finds the line of a field, for the problems that name one. Absent: problems point at the document. */
  readonly locate?: FieldLocator
}
