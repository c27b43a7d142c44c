/** Fields of parsed JSON, read without trusting their types. A wrong type reads as "not there". */
export type JsonObject = Readonly<Record<string, unknown>>

export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}

/** Text, cut to `limit` characters; null when it is empty or not text. */
export function textOf(value: unknown, limit = 253): string | null {
  if (typeof value !== 'string' || value === '') return null
  return value.length > limit ? value.slice(0, limit) : value
}

/** A whole number from 0 up, written as a number or, as protobuf JSON does for 64 bits, as a string of digits. */
export function countOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null
  if (typeof value !== 'string' || value.length === 0 || value.length > 20) return null
  for (let index = 0; index < value.length; index++) {
    const digit = value.charCodeAt(index)
    if (digit < 48 || digit > 57) return null
  }
  return Number(value)
}

/** Texts of an array, at most `limit` of them. */
export function textsOf(value: unknown, limit = 64): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return NONE
  const texts: string[] = []
  for (const item of value) {
    if (texts.length >= limit) break
    const text = textOf(item)
    if (text !== null) texts.push(text)
  }
  return texts
}

const NONE: readonly string[] = []

/** A moment in milliseconds since the epoch from an RFC 3339 text (cut to milliseconds); null when it is not one. */
export function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length < 20 || value.length > 40 || value[10] !== 'T') return null
  const time = Date.parse(value)
  return Number.isFinite(time) ? time : null
}
