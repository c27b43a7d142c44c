import fc from 'fast-check'

/** Where in an object, and what becomes of what stands there. */
export type Mutation = { readonly path: readonly (string | number)[]; readonly name: string; readonly change: (value: unknown) => unknown }

type Change = readonly [name: string, change: (value: unknown) => unknown]

const GONE = Symbol('gone')

/** What fits nowhere. */
const WRONG_TYPES: readonly Change[] = [
  ['is gone', () => GONE],
  ['is null', () => null],
  ['is a number', () => 42],
  ['is true', () => true],
  ['is a text', () => 'text'],
  ['is an empty text', () => ''],
  ['is an empty list', () => []],
  ['is a list of null', () => [null]],
  ['is an empty object', () => ({})],
  ['is in a list', (value) => [value]],
  [
    'has a key __proto__',
    (value) => JSON.parse(`{"__proto__":${JSON.stringify({ polluted: value ?? null })},"constructor":{"prototype":1}}`),
  ],
  ['is a hundred lists deep', (value) => nested(value, 100)],
]

/** What has the right type and cannot be meant, by what stands there. */
const WRONG_VALUES: Readonly<Record<string, readonly Change[]>> = {
  number: [
    ['is -1', () => -1],
    ['is 0', () => 0],
    ['is 65536', () => 65_536],
    ['is a fraction', () => 1.5],
    ['is huge', () => 1e300],
  ],
  string: [
    ['is no address', () => '999.1.1.1'],
    ['is no range', () => '10.0.0.0/33'],
    ['is an address with a zone', () => 'fe80::1%eth0'],
    ['is no time', () => 'yesterday'],
    ['has line ends of Unicode', () => 'a\u2028b\u2029c\u0085d\n'],
    ['has half a character', () => `a\ud800b`],
    ['is 100 KB', () => 'x'.repeat(100_000)],
    ['looks like HTML', () => '<img src=x onerror=alert(1)>'],
    ['is a key of every object', () => 'constructor'],
    ['is slashes', () => '///'],
  ],
  array: [
    ['holds everything twice', (value) => [...(value as unknown[]), ...(value as unknown[])]],
    ['holds its first 500 times', (value) => Array.from({ length: 500 }, () => (value as unknown[])[0] ?? null)],
    ['holds null too', (value) => [...(value as unknown[]), null]],
    ['holds lists', (value) => (value as unknown[]).map((entry) => [entry])],
  ],
  object: [
    [
      'has 500 further keys',
      (value) => ({ ...(value as object), ...Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'v'])) }),
    ],
    [
      'holds objects where it held values',
      (value) => Object.fromEntries(Object.entries(value as object).map(([key, entry]) => [key, { entry }])),
    ],
  ],
}

/** Some change at some place of the object: of another type than what stands there, or of its type and impossible. */
export function mutations(object: unknown): fc.Arbitrary<Mutation> {
  return fc.constantFrom(...pathsOf(object)).chain((path) => {
    const value = valueAt(object, path)
    const type = Array.isArray(value) ? 'array' : typeof value
    return fc.constantFrom(...WRONG_TYPES, ...(WRONG_VALUES[type] ?? [])).map(([name, change]) => ({ path, name, change }))
  })
}

/** A copy of the object with one place changed. */
export function mutate(object: unknown, { path, change }: Mutation): unknown {
  const [key, ...rest] = path
  if (key === undefined) {
    const changed = change(object)
    return changed === GONE ? {} : changed
  }
  const copy: Record<string | number, unknown> = Array.isArray(object) ? ([...object] as never) : { ...(object as object) }
  const changed = rest.length === 0 ? change(copy[key]) : mutate(copy[key], { path: rest, name: '', change })
  if (changed === GONE && Array.isArray(copy)) copy.splice(Number(key), 1)
  else if (changed === GONE) delete copy[key]
  else copy[key] = changed
  return copy
}

function pathsOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...entries.flatMap(([key, entry]) => pathsOf(entry, [...path, key]))]
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((found, key) => (found as Record<string | number, unknown>)[key], value)
}

function nested(value: unknown, depth: number): unknown {
  let deep = value
  for (let level = 0; level < depth; level++) deep = [deep]
  return deep
}
