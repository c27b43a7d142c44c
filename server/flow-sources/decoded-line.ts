import type { ObservedFlow } from '@/lib/flows/flow'
import type { RecordKind } from '@/lib/flows/source-about'

/** What one line of a flow source turned out to be. Every line is one of these; none is left out silently. */
export type DecodedLine = LineOutcome & {
  /** Lines that the source wrote before this one and that did not come, by its own running number. */
  readonly lostBefore?: number
  /** What kind of record a flow was read as. */
  readonly readAs?: RecordKind
}

type LineOutcome =
  /**
   * `isTimed`: false where the line has no time, and the flow stands at the moment it was received. `unknownFields`: fields
   * that our own format does not have; those of other programs' formats are not counted.
   */
  | { readonly kind: 'flow'; readonly flow: ObservedFlow; readonly isTimed: boolean; readonly unknownFields: number }
  /** Several connections in one line: a proxy that tried one backend after the other. At least one. */
  | { readonly kind: 'flows'; readonly flows: readonly ObservedFlow[]; readonly isTimed: boolean }
  /** Understood, and no flow. The reason is a stable code such as `node-status`. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** The source says that it lost events. `where` is its own name for the place. */
  | { readonly kind: 'lost'; readonly count: number; readonly where: string }
  /** Meant to be a flow and cannot be read as one. The reason is a sentence for the person who sent it. */
  | { readonly kind: 'rejected'; readonly reason: string }
