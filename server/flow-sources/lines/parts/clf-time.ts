const MONTHS: readonly string[] = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MINUTE_MS = 60_000

/** The time of the Common Log Format, `22/Nov/2026:14:56:22 +0100`, in milliseconds since the epoch; null for anything else. */
export function readClfTime(text: string | null): number | null {
  if (text === null || text.length !== 26 || text[2] !== '/' || text[6] !== '/' || text[11] !== ':' || text[20] !== ' ') return null
  const month = MONTHS.indexOf(text.slice(3, 6))
  const [day, year, hour, minute, second] = [
    text.slice(0, 2),
    text.slice(7, 11),
    text.slice(12, 14),
    text.slice(15, 17),
    text.slice(18, 20),
  ].map(digits)
  const sign = text[21] === '+' ? 1 : text[21] === '-' ? -1 : 0
  const zoneHours = digits(text.slice(22, 24))
  const zoneMinutes = digits(text.slice(24, 26))
  if (month === -1 || sign === 0 || text[14] !== ':' || text[17] !== ':') return null
  const time = Date.UTC(year ?? Number.NaN, month, day, hour, minute, second) - sign * (zoneHours * 60 + zoneMinutes) * MINUTE_MS
  return Number.isFinite(time) ? time : null
}

function digits(text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return Number.NaN
  }
  return Number(text)
}
