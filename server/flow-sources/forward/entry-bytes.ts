import type { BodyLimits } from '../body-limits'
import { inflateBody } from '../inflate-body'
import { inflateZstd } from '../inflate-zstd'
import { IngestError } from '../ingest-error'
import { ForwardError } from './forward-error'
import type { ForwardFrame } from './forward-frame'

/**
 * The bytes of a frame's entries, inflated where they are compressed. A frame that is not marked is told by its first bytes,
 * which no array begins with. Throws ForwardError.
 */
export async function* entryBytes({ entries, option }: ForwardFrame, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  const compression = option.compressed ?? compressionOf(entries)
  if (compression === null || entries.length === 0) {
    yield entries
    return
  }
  if (compression !== 'gzip' && compression !== 'zstd')
    throw new ForwardError('malformed', `compression ${compression.slice(0, 20)} is not read; use gzip or zstd`)
  try {
    yield* compression === 'gzip' ? inflateBody(once(entries), 'gzip', limits) : inflateZstd(entries, limits)
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    const fault = error.refusal === 'too-large' ? 'too-large' : 'malformed'
    throw new ForwardError(fault, `the ${compression} data of a frame: ${error.message}`, { cause: error })
  }
}

function compressionOf(bytes: Buffer): 'gzip' | 'zstd' | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip'
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd ? 'zstd' : null
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
