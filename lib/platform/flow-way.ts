/** One way to get at the flows of a cluster. */
export type FlowWay = {
  /** What there is, or why there is nothing better. */
  readonly text: string
  /** Commands to type first, in this order. */
  readonly steps: readonly FlowStep[]
  /** Values of `--flows` to start Sluice with. */
  readonly flows: readonly string[]
}
export type FlowStep = { readonly about: string; readonly command: string }
