/** Label or annotation keys to values. A Map, because `__proto__` is a valid key. */
export type Labels = ReadonlyMap<string, string>

export const NO_LABELS: Labels = new Map()
