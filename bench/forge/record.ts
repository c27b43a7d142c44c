/** One line that a source writes about a connection. */
export type ForgedRecord = {
  /** The time in the line, in milliseconds since the epoch. */
  readonly at: number
  /** `id` of the connection it is about. */
  readonly connection: number
  readonly text: string
}
