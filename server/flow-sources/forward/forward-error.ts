/** Why a connection is ended. */
export type ForwardFault =
  /** Not the protocol: something else speaks to this port. */
  | 'other-protocol'
  /** A frame that cannot be read. */
  | 'malformed'
  /** A frame over a limit. */
  | 'too-large'
  /** Too slow, or silent in the middle of something. */
  | 'timeout'
  /** Ended in the middle of a frame. */
  | 'cut-off'
  /** The shared key, or name and password, are not right. */
  | 'refused'

/** What a sender did that ends its connection. The message is for whoever runs the sender. */
export class ForwardError extends Error {
  override name = 'ForwardError'
  readonly fault: ForwardFault

  constructor(fault: ForwardFault, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.fault = fault
  }
}
