/** Keys and list positions from the top of a document to one of its fields. */
export type FieldPath = readonly (string | number)[]

/** Line and column of a field, counted from 1; null when the place cannot be found. */
export type FieldLocator = (path: FieldPath) => { readonly line: number; readonly column: number } | null
