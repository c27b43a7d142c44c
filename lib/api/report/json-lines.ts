/** Items of a JSON list that stands two levels deep, one a line, so that text tools can compare two answers. */
export function* jsonLines<Item>(items: Iterable<Item>, print: (item: Item) => string = JSON.stringify): Iterable<string> {
  let isEmpty = true
  for (const item of items) {
    yield `${isEmpty ? '' : ','}\n    ${print(item)}`
    isEmpty = false
  }
  if (!isEmpty) yield '\n  '
}
