const COUNT = new Intl.NumberFormat('en-US')

/** `1,240`. */
export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** `1 pod`, `1,240 pods`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** Flows per second: `1,240`, `3.4`, `0.02`; never more digits than mean something. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0'
  if (perSecond >= 100) return COUNT.format(Math.round(perSecond))
  if (perSecond >= 1) return perSecond.toFixed(1)
  if (perSecond >= 0.01) return perSecond.toFixed(2)
  return '<0.01'
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `512 B`, `1.2 MB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`
}

/** Time of day of the viewer's clock, `14:03:07`, with milliseconds on request. */
export function formatTime(at: number, withMilliseconds = false): string {
  const date = new Date(at)
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  return withMilliseconds ? `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}` : clock
}

/** `14:03:07` of today, `2026-03-01 14:03` of another day, by the viewer's clock. */
export function formatMoment(at: number, now: number = Date.now()): string {
  return isSameDay(at, now) ? formatTime(at) : formatMinute(at)
}

/** True when both are on the same day of the viewer's calendar. */
export function isSameDay(at: number, other: number): boolean {
  return new Date(at).toDateString() === new Date(other).toDateString()
}

/** `2026-03-01 14:03` of the viewer's clock. */
export function formatMinute(at: number): string {
  return formatDateTime(at).slice(0, 16)
}

/** `2026-03-01 14:03:07.250` of the viewer's clock. */
export function formatDateTime(at: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
  return `${day} ${formatTime(at, true)}`
}
