import type { BodyLimits } from '../body-limits'

/** What one sender, and all of them together, may take of us. */
export type ForwardLimits = {
  /** Bytes of one frame: a chunk of Fluentd is 8 MiB in memory, of Fluent Bit about 2 MiB. */
  readonly maxFrameBytes: number
  /** Bytes of a frame before the sender has shown the shared key. */
  readonly maxGreetingBytes: number
  readonly maxRecordBytes: number
  /** Records of one frame: a frame is taken as a whole. */
  readonly maxRecords: number
  /** Bytes of frames that have not been taken, over all connections. One frame more may be on its way. */
  readonly maxHeldBytes: number
  readonly maxConnections: number
  /** Longest time without a byte in the middle of a frame. */
  readonly stallMs: number
  /** Longest time for a whole frame. */
  readonly frameMs: number
  /** Longest time until the sender has shown the shared key, TLS included. */
  readonly greetingMs: number
  readonly inflation: BodyLimits
}

const MIB = 1024 * 1024

export const FORWARD_LIMITS: ForwardLimits = {
  maxFrameBytes: 64 * MIB,
  maxGreetingBytes: 4096,
  maxRecordBytes: MIB,
  maxRecords: 500_000,
  maxHeldBytes: 128 * MIB,
  maxConnections: 512,
  stallMs: 30_000,
  frameMs: 300_000,
  greetingMs: 10_000,
  // Chunks that compress are counted compressed by Fluentd. Equal lines shrink a thousand times, no more with gzip.
  inflation: { maxBytes: 64 * MIB, maxInflatedBytes: 256 * MIB, maxRatio: 1100 },
}
