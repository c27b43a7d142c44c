/** Items of a JSON list that stands two levels deep, one a line, so that text tools can compare two answers. */
export function* jsonLines(items: Iterable<unknown>): Iterable<string> {
  let isEmpty = true
  for (const item of items) {
    yield `${isEmpty ? '' : ','}\n    ${JSON.stringify(item)}`
    isEmpty = false
  }
  if (!isEmpty) yield '\n  '
}
