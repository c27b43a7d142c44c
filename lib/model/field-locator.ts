/** Keys and list positions from the top of a document to one of its fields. */
export type FieldPath = readonly (string | number)[]

export type FieldLocator = {
  /** Line and column of a field, counted from 1; null when the place cannot be found. */
  (path: FieldPath): { readonly line: number; readonly column: number } | null
  /**
   * The text that it reads for the fields below a path. Equal texts that begin at one place have their fields at the same
   * places. Absent where nobody can tell.
   */
  readonly textOf?: (path: FieldPath) => string
}

/** The locator of what stands at `place` of a document. */
export function locatorBelow(locate: FieldLocator, place: FieldPath): FieldLocator {
  const { textOf } = locate
  const below = (path: FieldPath) => locate([...place, ...path])
  return textOf === undefined ? below : Object.assign(below, { textOf: (path: FieldPath) => textOf([...place, ...path]) })
}
