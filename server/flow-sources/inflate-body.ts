import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { IngestError } from './ingest-error'

export type BodyLimits = {
  /** Bytes as sent. */
  readonly maxBytes: number
  /** Bytes after inflation. */
  readonly maxInflatedBytes: number
  /** Inflated bytes per sent byte, from the first MiB on. */
  readonly maxRatio: number
}

const RATIO_FREE_BYTES = 1024 * 1024

/** The bytes of a body after its content encoding is undone. Stops at the first limit that is passed. */
export async function* inflateBody(body: AsyncIterable<Uint8Array>, encoding: string, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  const sent = { bytes: 0 }
  const counted = countBytes(body, sent, limits)
  const name = encoding.trim().toLowerCase()
  if (name === '' || name === 'identity') {
    yield* counted
    return
  }
  if (name !== 'gzip' && name !== 'x-gzip')
    throw new IngestError('unsupported-encoding', `content encoding ${encoding} is not read; use identity or gzip`)

  const gunzip = createGunzip()
  let failure: unknown = null
  const feeding = pipeline(Readable.from(counted), gunzip).catch((error: unknown) => {
    failure = error
  })
  let inflated = 0
  try {
    for await (const chunk of gunzip) {
      const bytes: Uint8Array = chunk
      inflated += bytes.length
      if (inflated > limits.maxInflatedBytes) throw tooLarge(`over ${limits.maxInflatedBytes} bytes when inflated`)
      if (inflated > RATIO_FREE_BYTES && inflated > sent.bytes * limits.maxRatio)
        throw tooLarge(`inflates more than ${limits.maxRatio} times`)
      yield bytes
    }
  } catch (error) {
    if (error instanceof IngestError) throw error
    if (failure instanceof IngestError) throw failure
    throw new IngestError('malformed', 'the body is not gzip, or was cut off', { cause: error })
  } finally {
    gunzip.destroy()
    await feeding
  }
  if (failure instanceof IngestError) throw failure
}

async function* countBytes(body: AsyncIterable<Uint8Array>, sent: { bytes: number }, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    sent.bytes += chunk.length
    if (sent.bytes > limits.maxBytes) throw tooLarge(`over ${limits.maxBytes} bytes`)
    yield chunk
  }
}

function tooLarge(message: string): IngestError {
  return new IngestError('too-large', message)
}
