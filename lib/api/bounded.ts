/** A list that is cut at a bound says how long it is. */
export type Bounded<Item> = { readonly items: readonly Item[]; readonly total: number }

export function bounded<Item>(items: readonly Item[], most: number): Bounded<Item> {
  return { items: items.slice(0, most), total: items.length }
}
