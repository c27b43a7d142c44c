import type { Verdict } from '@/lib/flows/flow'

/** Statuses that the proxy may have made up itself, without saying so: refused, or the server was not reached. */
const EITHER: ReadonlySet<number> = new Set([403, 502, 503, 504])

/** What an HTTP status says of the connection in Linkerd's log and tap; null when nothing was answered. */
export function verdictOfStatus(status: number | null): Verdict {
  return status === null || status === 0 || EITHER.has(status) ? 'unknown' : 'forwarded'
}
