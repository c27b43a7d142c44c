export type SortDirection = 'ascending' | 'descending'

export type Sort<Column extends string> = { readonly column: Column; readonly direction: SortDirection }

/** What a click on a column's head makes of an order: the column's own first direction, then the other one. */
export function sortedBy<Column extends string>(before: Sort<Column>, column: Column, first: SortDirection): Sort<Column> {
  if (before.column !== column) return { column, direction: first }
  return { column, direction: before.direction === 'ascending' ? 'descending' : 'ascending' }
}
