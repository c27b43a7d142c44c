import type { LineContext } from './decode-line'

/** One record of a body: what is to be decoded, or why it cannot be. */
export type BodyRecord =
  /** An object, or the text of a line. */
  { readonly kind: 'record'; readonly record: unknown; readonly context: LineContext } | { readonly kind: 'fault'; readonly reason: string }
