const UNIT_MS = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Milliseconds of `90s`, `15m`, `1h` or `7d`; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,5})([smhd])$/.exec(text)
  const unit = UNIT_MS.get(match?.[2] ?? '')
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}
