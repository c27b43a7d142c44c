import { countOf, type JsonObject } from '../json-fields'

/** What a frame says of itself. */
export type FrameOption = {
  /** Name of the frame that the acknowledgement repeats; null when none is asked for. */
  readonly chunk: string | null
  /** `gzip`, `zstd` or, from a newer sender, something else; null when the frame says nothing. */
  readonly compressed: string | null
  /** What is in it; null when the sender is none that says so (Fluent Bit does). */
  readonly signal: 'logs' | 'metrics' | 'traces' | 'other' | null
}

export const NO_OPTION: FrameOption = { chunk: null, compressed: null, signal: null }

const SIGNALS = ['logs', 'metrics', 'traces'] as const

export function optionOf(fields: JsonObject): FrameOption {
  const { chunk, compressed, fluent_signal: signal } = fields
  const number = countOf(signal)
  return {
    chunk: typeof chunk === 'string' && chunk !== '' ? chunk : null,
    compressed: typeof compressed === 'string' && compressed !== '' && compressed !== 'text' ? compressed.toLowerCase() : null,
    signal: number === null ? null : (SIGNALS[number] ?? 'other'),
  }
}
