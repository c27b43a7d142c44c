/** Before the pauses of a source are known. */
const UNKNOWN_PAUSES_MS = 60_000
const LEAST_MS = 10_000
const MOST_MS = 300_000
/** A pause is unusual when it is this many times as long as the longest one of late. */
const UNUSUAL = 3

/** After how long without flows a source is called silent. `longestPauseMs`: of those it made lately; null when that is not known. */
export function silentAfterMs(longestPauseMs: number | null): number {
  if (longestPauseMs === null) return UNKNOWN_PAUSES_MS
  return Math.min(MOST_MS, Math.max(LEAST_MS, UNUSUAL * longestPauseMs))
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['hubble', 'the connection is open: see whether the relay reaches its nodes (cilium status), and whether there is traffic at all'],
  ['goldmane', 'the connection is open: see whether calico-node reaches Goldmane, and whether there is traffic at all'],
  ['forward', 'see whether the log shipper runs and sends to this address'],
  ['ingest', 'see whether whoever posts still runs'],
  ['file', 'nothing was appended: see whether whoever writes the file still runs'],
  ['dir', 'nothing was appended: see whether whoever writes the files still runs'],
  ['prometheus', 'no counter grows: see whether its targets are up, and whether there is traffic at all'],
  ['netobserv-loki', 'no record is new: see whether flowlogs-pipeline runs and writes to Loki'],
])

/** What to look at when a source of a kind says nothing; null where there is nothing to do. */
export function silenceAdvice(kind: string): string | null {
  return ADVICE.get(kind) ?? null
}
