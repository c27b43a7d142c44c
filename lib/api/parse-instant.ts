/** A moment as an address says it, in milliseconds since the epoch: RFC 3339, or such milliseconds; null for anything else. */
export function parseInstant(text: string): number | null {
  const at = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isFinite(at) ? at : null
}
