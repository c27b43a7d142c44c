import type { Flow, Verdict } from '../flows/flow'
import type { SheddingLevel } from '../flows/shedder'
import type { SourceFact, SourceProof } from '../flows/source-about'
import type { LedgerEntry } from '../flows/window-types'
import type { InputProblem } from '../model/problem'
import type { WatchedKind } from '../model/watched-kind'
import type { Enforcer } from '../platform/enforcer'
import type { FlowWay } from '../platform/flow-way'
import type { PlatformDocument } from './platform-document'
import type { SourcesSummary } from './stream'

/** What every JSON answer carries. Times are RFC 3339 UTC with milliseconds. */
export type Document<Kind extends string> = { readonly apiVersion: 'sluice/v1'; readonly kind: Kind }

/** One flow of `GET /api/v1/flows`. */
export type FlowDocument = Omit<Flow, 'time' | 'windowTime'> & { readonly time: string }

/** `GET /api/v1/flows?filter=&from=&to=&cursor=&limit=`: newest first. */
export type FlowListDocument = Document<'FlowList'> & {
  readonly flows: readonly FlowDocument[]
  /** Cursor of the next older page; null at the end of what is kept. */
  readonly next: string | null
}

/** `GET /api/v1/flows/histogram?filter=&from=&to=&buckets=`. */
export type FlowHistogramDocument = Document<'FlowHistogram'> & {
  readonly from: string
  readonly to: string
  readonly bucketMs: number
  /** Flows per bucket, oldest first, one array per verdict. */
  readonly verdicts: Readonly<Record<Verdict, readonly number[]>>
  /** Flows in the range that fit the filter, and all of them: the difference is what the filter hides. */
  readonly matched: number
  readonly total: number
  /** Terms of the filter that the timeline does not know (`path:/api/*`): it counts as if they were not there. */
  readonly unapplied: readonly string[]
}

/** `GET /api/v1/flows/hints?field=&prefix=`: real values for completion and search; every field when none is named. */
export type FlowHintsDocument = Document<'FlowHints'> & {
  readonly fields: readonly {
    /** Field of the filter language, for example `ns`, `workload`, `service`, `policy`. */
    readonly field: string
    /** Contract names or plain values, most useful first, bounded. */
    readonly values: readonly string[]
    /** True when the bound left some out. */
    readonly more: boolean
  }[]
}

/** One flow source in the status document. */
export type SourceDocument = SourcesSummary['sources'][number] & {
  /** On what the reading was tried; null for the demo, and where it depends on the kind of each record. */
  readonly proof: SourceProof | null
  /** What the source says of itself; where `proof` is null also each kind of record that came, with how far its reading is proved. */
  readonly facts: readonly SourceFact[]
  readonly ledger: LedgerEntry
}

/** `GET /api/v1/status`. */
export type StatusDocument = Document<'Status'> & {
  readonly cluster: SourcesSummary['cluster'] & {
    /** Path, context or file it was read from; null for the demo. */
    readonly origin: string | null
    /** When it was last read. */
    readonly readAt: string
    /** Objects by kind. */
    readonly objects: readonly { readonly kind: string; readonly count: number }[]
    /** The first ones, errors first; `problems` counts all of them. */
    readonly inputProblems: readonly InputProblem[]
    /** How far each kind of a live cluster has been read; empty for what is read as a whole. */
    readonly watched: readonly WatchedKind[]
    /** Kinds that no reader knows: kept, listed, not interpreted. */
    readonly unknownKinds: readonly { readonly apiVersion: string; readonly kind: string; readonly count: number }[]
  }
  readonly policies: {
    readonly profile: string
    /** The network plugin, how it was recognised, and whether it enforces the policies. */
    readonly enforcer: Enforcer
    readonly count: number
    readonly problems: readonly InputProblem[]
  }
  /** What the network of the cluster is made of, and how that is known. */
  readonly platform: PlatformDocument
  readonly sources: readonly SourceDocument[]
  /** Ways to the flows of this cluster by what runs in it, best first. */
  readonly flowWays: readonly FlowWay[]
  /** Where flows are kept. */
  readonly store: StoreDocument
  /** How busy live flows keep the server, and what it leaves out because that is too much. */
  readonly load: {
    /** Of a second of one core: in the last one, and before anything is left out. */
    readonly usedPercent: number
    readonly limitPercent: number
    readonly leavesOut: SheddingLevel
    /** Of what is left out in part, one in so many is kept and stands for the others. */
    readonly keepsOneIn: number
    /** Seconds since the start in which something was left out. */
    readonly sheddingSeconds: number
  }
  /** Everything that grows with input: what it may reach, what it is at, what was refused because of it. */
  readonly limits: readonly {
    readonly name: string
    readonly unit: string
    readonly used: number
    readonly limit: number
    /** How often the limit cost something. */
    readonly reached: number
  }[]
  /** What was sent since the start and means nothing here: ignored, and counted. */
  readonly unknownInput: readonly { readonly what: 'query-parameter' | 'body-field' | 'flow-line-field'; readonly count: number }[]
  readonly versions: readonly { readonly name: string; readonly version: string }[]
  /** When the server started. */
  readonly startedAt: string
}

/** Where flows are kept, and how that goes. Times are RFC 3339; null where there is nothing to tell. */
export type StoreDocument = {
  readonly kind: 'memory' | 'embedded' | 'clickhouse'
  /** `waiting`: it does not take anything now, and what comes is queued. `off`: it never will; flows are in memory only. */
  readonly state: 'ready' | 'opening' | 'waiting' | 'off'
  /** What is wrong and what to do; null when all is well. */
  readonly message: string | null
  readonly bytes: number | null
  /** Flows kept one by one. */
  readonly flows: number | null
  readonly oldest: string | null
  readonly rowsPerSecond: number
  readonly queue: { readonly rows: number; readonly limit: number; readonly bytes: number }
  /** True while flows that were let through are kept as sums only. */
  readonly isRawStopped: boolean
  /** Changes of sums that could not be kept. */
  readonly lostSums: number
  /** Objects, changes and accounts of sources that were not written down. */
  readonly lostRecords: number
}

/** `POST /api/v1/flows` */
export type IngestDocument = Document<'IngestResult'> & {
  /** Records that are flows. */
  readonly accepted: number
  /** Records that are understood and are none. */
  readonly ignored: number
  /** The first records that could not be read, by line counted from 1. */
  readonly rejected: readonly { readonly line: number; readonly reason: string }[]
  readonly rejectedTotal: number
}
