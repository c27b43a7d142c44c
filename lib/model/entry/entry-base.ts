import type { ObjectMeta } from '../object'

/** What every entry object has. `kind` is the object's own, with the product before it where two products share a word. */
export type EntryBase<Kind extends string> = {
  readonly kind: Kind
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly name: string
}

/** A name in a namespace that another object states. */
export type NamedRef = { readonly namespace: string; readonly name: string }
