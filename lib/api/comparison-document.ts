import type { ComparedConnection, TrafficComparison } from '../graph/compare-traffic'
import type { Document } from './documents'
import { printTime } from './print-time'

/** `GET /api/v1/compare?before=&after=&window=&namespaces=&filter=&limit=`: what differs between two times. */
export type ComparisonDocument = Document<'Comparison'> & {
  readonly before: ComparedTimeDocument
  readonly after: ComparedTimeDocument
  /** Length of both time ranges in milliseconds. */
  readonly window: number
  /** A connection may have appeared or vanished and be flipped as well. */
  readonly counts: TrafficComparison['counts']
  /** Those that differ, gravest first. */
  readonly connections: readonly ComparedConnection[]
  /** All that differ; `connections` are the gravest of them. */
  readonly total: number
}

export type ComparedTimeDocument = {
  /** End of the time range. */
  readonly at: string
  /** False where nobody wrote down what objects there were: then what the policies said is unknown. */
  readonly objectsKnown: boolean
  /** False where no traffic is kept of all or a part of the time range: then nothing seen means nothing. */
  readonly trafficKnown: boolean
}

export type ComparedTimeFacts = { readonly at: number; readonly objectsKnown: boolean; readonly trafficKnown: boolean }

export function comparisonDocument(
  { connections, counts }: TrafficComparison,
  times: { readonly before: ComparedTimeFacts; readonly after: ComparedTimeFacts; readonly windowMs: number; readonly limit: number },
): ComparisonDocument {
  return {
    apiVersion: 'sluice/v1',
    kind: 'Comparison',
    before: timeDocument(times.before),
    after: timeDocument(times.after),
    window: times.windowMs,
    counts,
    connections: connections.slice(0, times.limit),
    total: connections.length,
  }
}

function timeDocument({ at, objectsKnown, trafficKnown }: ComparedTimeFacts): ComparedTimeDocument {
  return { at: printTime(at), objectsKnown, trafficKnown }
}
