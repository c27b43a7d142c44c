import type { FieldLocator } from './field-locator'
import type { Origin } from './object'

/** One document as it was read: plain JSON values that nobody has checked yet. */
export type SourceDocument = {
  readonly body: unknown
  /** null for an object that was read from a live cluster. */
  readonly origin: Origin | null
  /** Finds the line of a field, for the problems that name one. Absent: problems point at the document. */
  readonly locate?: FieldLocator
}
