/** An object of the API as it comes in: the fields of its type, each of which may hold anything until it was looked at. */
export type Received<Type> = { readonly [Field in keyof Type]?: unknown }
