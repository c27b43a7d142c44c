import { formatDateTime, formatTime } from '../ui/format'

/** Time of day with milliseconds; with the day in front when it is not today's. */
export function formatFlowTime(at: number, now: number = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString()
  return sameDay ? formatTime(at, true) : formatDateTime(at)
}
