import { z } from 'zod'
import { parseDuration } from './duration'
import { parseInstant } from './parse-instant'

/** Pieces of query strings. Each takes text and gives the value that the program uses. */

export const MAX_FILTER_LENGTH = 2_000
export const MAX_LIST_LENGTH = 200
const MAX_NAME_LENGTH = 600
export const MIN_WINDOW_MS = 1_000
export const MAX_WINDOW_MS = 30 * 86_400_000

/** `shop,payments`; a comma inside a name is written `%2C` and a percent sign `%25`. */
export const nameList = z
  .string()
  .max(MAX_LIST_LENGTH * MAX_NAME_LENGTH)
  .transform((text, context) => {
    const names = [...new Set(text.split(',').filter((name) => name !== ''))].map(unescapeName)
    if (names.length > MAX_LIST_LENGTH) context.addIssue({ code: 'custom', message: `at most ${MAX_LIST_LENGTH} names` })
    return names as readonly string[]
  })
  .meta({ description: 'Names, separated by commas.' })

function unescapeName(name: string): string {
  return name.replaceAll('%2C', ',').replaceAll('%25', '%')
}

export function choiceList<Value extends string>(allowed: readonly Value[]) {
  return z
    .string()
    .max(1_000)
    .transform((text, context) => {
      const chosen: Value[] = []
      for (const name of text.split(',').filter((part) => part !== '')) {
        const value = allowed.find((candidate) => candidate === name)
        if (value === undefined) context.addIssue({ code: 'custom', message: `'${name.slice(0, 40)}' is none of ${allowed.join(', ')}` })
        else if (!chosen.includes(value)) chosen.push(value)
      }
      return chosen as readonly Value[]
    })
    .meta({ description: `Any of ${allowed.join(', ')}, separated by commas.` })
}

/** RFC 3339, or milliseconds since the epoch. */
export const instant = z
  .string()
  .max(40)
  .transform((text, context) => {
    const at = parseInstant(text)
    if (at !== null) return at
    context.addIssue({ code: 'custom', message: 'not a moment in time such as 2026-05-01T12:00:00Z' })
    return z.NEVER
  })
  .meta({ description: 'A moment: RFC 3339, or milliseconds since the epoch.' })

export const windowLength = z
  .string()
  .max(10)
  .transform((text, context) => {
    const ms = parseDuration(text)
    if (ms === null) context.addIssue({ code: 'custom', message: 'not a duration such as 90s, 15m, 1h or 7d' })
    else if (ms < MIN_WINDOW_MS || ms > MAX_WINDOW_MS) context.addIssue({ code: 'custom', message: 'between 1s and 30d' })
    return ms ?? MIN_WINDOW_MS
  })
  .meta({ description: 'Length of the time range: 90s, 15m, 1h. At most 1h.' })

export const filterText = z.string().max(MAX_FILTER_LENGTH).meta({ description: 'Text in the filter language.' })

export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .max(12)
    .transform((text, context) => {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= min && value <= max)) context.addIssue({ code: 'custom', message: `a whole number between ${min} and ${max}` })
      return value
    })
    .meta({ description: `A whole number between ${min} and ${max}.` })
}
