import type { TimeZone } from './time-zone'

/** The last moment that a Date can hold. */
const MAX_MS = 8.64e15

/**
 * As {@link readTime}, but a date without a zone is one of the source's own clocks; UTC where nobody said which zone they show.
 */
export function readLocalTime(value: unknown, zone: TimeZone | null): number | null {
  const time = readTime(value)
  return zone === null || time === null || typeof value !== 'string' || !isDate(value) || hasZone(value.slice(11))
    ? time
    : zone.momentOf(time)
}

/**
 * A moment in milliseconds since the epoch, however a log shipper or an agent writes it: RFC 3339, `2026-05-04 10:00:00.123`
 * (with a space, slashes or a comma too; without a zone it is UTC), or a number in seconds, milliseconds, microseconds or
 * nanoseconds, told by its size, as a number or in digits. Null for anything else.
 */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return timeOfNumber(value)
  if (typeof value !== 'string' || value.length < 9 || value.length > 40) return null
  return isDate(value) ? timeOfDate(value) : timeOfDigits(value)
}

function timeOfNumber(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0) return null
  if (value < 1e11) return Math.floor(value * 1_000)
  if (value < 1e14) return Math.floor(value)
  if (value < 1e17) return Math.floor(value / 1_000)
  const time = Math.floor(value / 1_000_000)
  return time < MAX_MS ? time : null
}

function timeOfDigits(text: string): number | null {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (!isDigit(code) && code !== DOT) return null
  }
  return timeOfNumber(Number(text))
}

/** `2026-05-04T`, `2026-05-04 ` or the same with slashes. */
function isDate(text: string): boolean {
  const dash = text.charCodeAt(4)
  const gap = text.charCodeAt(10)
  return (dash === DASH || dash === SLASH) && text.charCodeAt(7) === dash && (gap === LETTER_T || gap === SPACE)
}

function timeOfDate(text: string): number | null {
  if (!isClock(text)) return null
  const clock = text.slice(11).replace(',', '.')
  const zone = hasZone(clock) ? '' : 'Z'
  const time = Date.parse(`${text.slice(0, 4)}-${text.slice(5, 7)}-${text.slice(8, 10)}T${withColon(clock.replace(' ', ''))}${zone}`)
  return Number.isFinite(time) ? time : null
}

function isClock(text: string): boolean {
  return isDigit(text.charCodeAt(11)) && text.charCodeAt(13) === COLON
}

function hasZone(clock: string): boolean {
  return clock.endsWith('Z') || clock.endsWith('z') || clock.includes('+') || clock.includes('-')
}

/** `+0200` as `+02:00`. */
function withColon(clock: string): string {
  const sign = Math.max(clock.lastIndexOf('+'), clock.lastIndexOf('-'))
  return sign !== -1 && clock.length - sign === 5 && !clock.includes(':', sign) ? `${clock.slice(0, -2)}:${clock.slice(-2)}` : clock
}

const MONTHS: readonly string[] = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MS = 86_400_000

/**
 * The time of an old syslog head (`Aug  4 16:14:12`), which has neither year nor zone: UTC, in the newest year that does not
 * put it more than a day after `now`. Null when it is none.
 */
export function readSyslogTime(text: string, now: number): number | null {
  const month = MONTHS.indexOf(text.slice(0, 3))
  const day = Number(text.slice(4, 6))
  if (month === -1 || text[3] !== ' ' || !(day >= 1 && day <= 31) || text[6] !== ' ' || text[9] !== ':') return null
  const [hour, minute, second] = [Number(text.slice(7, 9)), Number(text.slice(10, 12)), Number(text.slice(13, 15))]
  if (text[12] !== ':' || !(hour < 24) || !(minute < 60) || !(second < 61)) return null
  const year = new Date(now).getUTCFullYear()
  const thisYear = Date.UTC(year, month, day, hour, minute, second)
  return thisYear <= now + DAY_MS ? thisYear : Date.UTC(year - 1, month, day, hour, minute, second)
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

const SPACE = 32
const DASH = 45
const DOT = 46
const SLASH = 47
const COLON = 58
const LETTER_T = 84
