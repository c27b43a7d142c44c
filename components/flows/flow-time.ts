import { formatDateTime, formatTime, isSameDay } from '../ui/format'

/** Time of day with milliseconds; with the day in front when it is not today's. */
export function formatFlowTime(at: number, now: number = Date.now()): string {
  return isSameDay(at, now) ? formatTime(at, true) : formatDateTime(at)
}
