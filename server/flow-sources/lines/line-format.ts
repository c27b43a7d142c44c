import type { LineFormatId } from '@/lib/api/line-format-ids'
import type { SourceProof } from '@/lib/flows/source-about'
import type { DecodedLine } from '../decoded-line'
import type { JsonObject } from '../json-fields'
import type { LineMemory } from './line-memory'

/** One record of a log, out of whatever a log shipper wrapped it in. */
export type Payload = { readonly kind: 'object'; readonly body: JsonObject } | { readonly kind: 'text'; readonly text: string }

/** What the wrapping said of a record, and when it came here. */
export type Envelope = {
  /** Milliseconds since the epoch, by our clock: for a record that has no time at all. */
  readonly receivedAt: number
  /** The time that the record has in its wrapping or at its top, in milliseconds; null when it has none. */
  readonly time: number | null
  /** The container that wrote the line, from the shipper's Kubernetes metadata; null when it added none. */
  readonly logger: Logger | null
  /** The machine that the line was written on; null when nobody said. */
  readonly node: string | null
}

/** Who wrote a line. It is an end of the flow only where the format says so: a mesh proxy is, an agent of the network is not. */
export type Logger = {
  readonly namespace: string
  readonly pod: string
  readonly container: string | null
  readonly ip: string | null
}

/** One kind of line that is read: how it is told from the others, and what it says. */
export type LineFormat = {
  /** Name in `?format=` and after `#` in `--flows`. */
  readonly id: LineFormatId
  /** For people: `Antrea network policy log`. */
  readonly title: string
  readonly proof: SourceProof
  /** A cheap look at the payload: is it of this kind, right or wrong? */
  readonly recognises: (payload: Payload) => boolean
  /**
   * Never throws. A payload that is not of this kind at all is `ignored`, a broken one `rejected`. Pure but for `memory`: what
   * the format must know of the lines before (counters that only grow); null reads the line on its own.
   */
  readonly decode: (payload: Payload, envelope: Envelope, memory: LineMemory | null) => DecodedLine
}
