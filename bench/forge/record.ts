/** One thing that a source tells of a connection: a line, or a message in its JSON form. */
export type ForgedRecord = {
  /** The time in the record, in milliseconds since the epoch. */
  readonly at: number
  /** `id` of the connection it is about; of the first one where it sums several up. */
  readonly connection: number
  readonly text: string
}
