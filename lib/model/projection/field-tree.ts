import { isRecord } from '../fields'
import type { InternPool } from './intern-pool'

/** Reduces one value of an object to what readers look at. Never gives back more than it was given. */
export type Reduce = (value: unknown, pool: InternPool) => unknown

/** The value as it stands. */
export const whole: Reduce = (value) => value

/**
 * Keeps these fields of an object, or of every object of a list; all others are dropped, as is what is explicitly null
 * (the API means the same by it). A value of another type is left to the reader, which reports it.
 */
export function fields(names: readonly string[], inner: Readonly<Record<string, Reduce>> = {}): Reduce {
  const table: readonly (readonly [string, Reduce])[] = [...names.map((name) => [name, whole] as const), ...Object.entries(inner)]
  const Layout = layoutOf(table.map(([name]) => name))
  const reduce: Reduce = (value, pool) => {
    if (Array.isArray(value)) return value.map((element) => reduce(element, pool))
    if (!isRecord(value)) return mismatch(value)
    const kept = new Layout()
    for (const [name, field] of table) {
      const found = Object.hasOwn(value, name) ? value[name] : undefined
      if (found !== undefined && found !== null) kept[name] = field(found, pool)
    }
    return kept
  }
  return reduce
}

/** Keeps equal values as one: for what many objects have in common, such as labels, containers and the name of a node. */
export function shared(reduce: Reduce = whole): Reduce {
  return (value, pool) => pool.intern(reduce(value, pool))
}

/** Keeps the names of a map's entries and drops what they hold, except for the entries of `inner`. */
export function keys(inner: Readonly<Record<string, Reduce>> = {}): Reduce {
  const reduce: Reduce = (value, pool) => {
    if (Array.isArray(value)) return value.map((element) => reduce(element, pool))
    if (!isRecord(value)) return mismatch(value)
    const kept: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const field = Object.hasOwn(inner, name) ? inner[name] : undefined
      // Through a definition, so that a key such as `__proto__` stays a key.
      define(kept, name, field === undefined ? {} : field(value[name], pool))
    }
    return kept
  }
  return reduce
}

export function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
  else target[name] = value
}

/**
 * Makes plain objects that have room for these fields and no more. An engine gives `{}` room for fields that may come and
 * learns from the first few objects of a constructor how much they need.
 */
function layoutOf(names: readonly string[]): new () => Record<string, unknown> {
  function plain(): void {}
  plain.prototype = Object.prototype
  const made = plain as unknown as new () => Record<string, unknown>
  for (let count = 0; count < LEARNT_FROM; count++) {
    const example = new made()
    for (const name of names) example[name] = null
  }
  return made
}

/** More than what V8 looks at before it settles the size. */
const LEARNT_FROM = 16

/** As much of a value of a wrong type as the message about it shows. */
function mismatch(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, SHOWN_CHARACTERS)
  return Array.isArray(value) ? [] : value
}

/** One more than messages quote, so that they still say that it goes on. */
const SHOWN_CHARACTERS = 81
