import { setImmediate as nextTurn } from 'node:timers/promises'
import { Decompress } from 'fzstd'
import type { BodyLimits } from './body-limits'
import { IngestError } from './ingest-error'
import { findZstdFault } from './zstd-frames'

/** Bytes given to the decoder at once: a few bytes may stand for 128 KiB each. */
const SLICE_BYTES = 1024
const BYTES_PER_TURN = 4 * 1024 * 1024
const RATIO_FREE_BYTES = 1024 * 1024

/** The bytes that zstd data, one or several frames, stands for. Throws IngestError; stops at the first limit that is passed. */
export async function* inflateZstd(bytes: Uint8Array, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  if (bytes.length > limits.maxBytes) throw new IngestError('too-large', `over ${limits.maxBytes} bytes`)
  const fault = findZstdFault(bytes)
  if (fault !== null) throw new IngestError('malformed', fault)
  let inflated = 0
  let ready: Uint8Array[] = []
  const decoder = new Decompress((chunk) => {
    inflated += chunk.length
    if (inflated > limits.maxInflatedBytes) throw new IngestError('too-large', `over ${limits.maxInflatedBytes} bytes when inflated`)
    if (inflated > RATIO_FREE_BYTES && inflated > bytes.length * limits.maxRatio)
      throw new IngestError('too-large', `inflates more than ${limits.maxRatio} times`)
    ready.push(chunk)
  })
  let turn = BYTES_PER_TURN
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const end = Math.min(bytes.length, at + SLICE_BYTES)
    try {
      decoder.push(bytes.subarray(at, end), end === bytes.length)
    } catch (error) {
      if (error instanceof IngestError) throw error
      throw new IngestError('malformed', 'the zstd data is broken', { cause: error })
    }
    yield* ready
    ready = []
    if (inflated < turn) continue
    turn = inflated + BYTES_PER_TURN
    await nextTurn()
  }
}
