/** RFC 3339 in UTC with milliseconds. What no calendar can say becomes the epoch. */
export function printTime(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString()
}
