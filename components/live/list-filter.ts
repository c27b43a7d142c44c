import { parseFilter } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import type { Filter, FilterField } from '@/lib/flows/filter-types'

export type ListFilter<Item> = {
  readonly matches: (item: Item) => boolean
  /** Terms that say nothing about an item, as text: the list counts as if they were not there. */
  readonly unapplied: readonly string[]
}

/** What a filter can ask of the items of a list. */
export type ListWords<Item> = {
  /** Texts in which a bare word may stand. */
  readonly words: (item: Item) => readonly string[]
  /** Whether an item has one of the values in a field, for the fields that items have. */
  readonly fields: Partial<Readonly<Record<FilterField, (item: Item, values: readonly string[]) => boolean>>>
}

type Test<Item> = (item: Item) => boolean

/**
 * A filter of the page read as a filter of a list: the fields that its items have, and bare words. A choice (`or`) with
 * another term in it is left out as a whole: the term might have held.
 */
export function listFilter<Item>(text: string, words: ListWords<Item>): ListFilter<Item> {
  const read = parseFilter(text)
  if (!read.ok) return { matches: () => true, unapplied: [text] }
  const unapplied = new Set<string>()
  const test = testOf(read.value, words, unapplied)
  return { matches: (item) => test === null || test(item), unapplied: [...unapplied] }
}

/** null: nothing of the filter is about the items. */
function testOf<Item>(filter: Filter, known: ListWords<Item>, unapplied: Set<string>): Test<Item> | null {
  switch (filter.kind) {
    case 'text': {
      const wanted = filter.text.toLowerCase()
      return (item) => known.words(item).some((word) => word.toLowerCase().includes(wanted))
    }
    case 'term': {
      const field = known.fields[filter.field]
      if (field !== undefined) return (item) => field(item, filter.values)
      unapplied.add(printFilter(filter))
      return null
    }
    case 'not': {
      const inner = testOf(filter.filter, known, unapplied)
      return inner === null ? null : (item) => !inner(item)
    }
    case 'all': {
      const tests = filter.filters.flatMap((each) => testOf(each, known, unapplied) ?? [])
      return tests.length === 0 ? null : (item) => tests.every((test) => test(item))
    }
    case 'any': {
      const tests = filter.filters.map((each) => testOf(each, known, unapplied))
      const whole = tests.flatMap((test) => test ?? [])
      if (whole.length === tests.length) return (item) => whole.some((test) => test(item))
      unapplied.add(printFilter(filter))
      return null
    }
  }
}
