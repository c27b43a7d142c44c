/** Numbers that look random and are the same for the same seed: a repeatable stream, without a clock and without state outside. */
export type SeededRandom = {
  /** At least 0, below 1. */
  next(): number
  /** A whole number of at least 0, below `limit`. */
  below(limit: number): number
  /** How many events fall into an interval in which `mean` are expected (Poisson). */
  events(mean: number): number
}

/** The mulberry32 generator: 32 bits of state, good enough for traffic that people look at. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    events: (mean) => {
      const limit = Math.exp(-mean)
      let events = 0
      for (let product = next(); product > limit; product *= next()) events++
      return events
    },
  }
}

/** Mixes whole numbers into one seed; neighbours give unrelated seeds. */
export function mixSeeds(...parts: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const part of parts) {
    // Times exceed 32 bits, so both halves take part.
    for (const half of [part >>> 0, Math.floor(part / 4_294_967_296) >>> 0]) {
      hash = Math.imul(hash ^ half, 0x85ebca6b)
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
      hash ^= hash >>> 16
    }
  }
  return hash >>> 0
}

/** FNV-1a, for names that must not change between runs. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Letters that Kubernetes uses in generated names: no vowels, so that no words come out. */
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** The generated part of an object's name, always the same for the same text. */
export function nameSuffix(text: string, length: number): string {
  const random = seededRandom(hashText(text))
  return Array.from({ length }, () => NAME_ALPHABET[random.below(NAME_ALPHABET.length)]).join('')
}

/** A uid in the form of a UUID, always the same for the same text. */
export function stableUid(text: string): string {
  const digits = [0, 1, 2, 3].map((part) => hashText(`${part}:${text}`).toString(16).padStart(8, '0')).join('')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}
