/** Cuts what one connection sends into frames. Throws MsgpackError or ForwardError for what is none. */
export interface FrameSplitter {
  /** May be raised between two frames. */
  maxValueBytes: number
  /** True in the middle of a frame. */
  readonly isWaiting: boolean
  /** Memory that the unfinished frame takes, in bytes. */
  readonly heldBytes: number
  /** Whole frames that the chunk ends. */
  push(chunk: Uint8Array): Iterable<Buffer | null>
}
