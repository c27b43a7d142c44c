/**
 * Why bytes cannot be read as MessagePack. `malformed`: no MessagePack, or cut off; nothing that follows can be found any
 * more. `too-large`: well formed and over a limit of ours; reading may go on behind it.
 */
export type MsgpackFault = 'malformed' | 'too-large'

export class MsgpackError extends Error {
  override name = 'MsgpackError'
  readonly fault: MsgpackFault

  constructor(fault: MsgpackFault, message: string) {
    super(message)
    this.fault = fault
  }
}
