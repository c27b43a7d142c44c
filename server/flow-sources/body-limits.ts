export type BodyLimits = {
  /** Bytes as sent. */
  readonly maxBytes: number
  /** Bytes after inflation. */
  readonly maxInflatedBytes: number
  /** Inflated bytes per sent byte, from the first MiB on. */
  readonly maxRatio: number
}
