import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import type { BodyLimits } from './body-limits'
import { COMPRESSION_BYTES, compressionOf } from './compression-of'
import { inflateSnappy } from './inflate-snappy'
import { inflateZstd } from './inflate-zstd'
import { IngestError } from './ingest-error'
import { peekBytes } from './peek-bytes'

const RATIO_FREE_BYTES = 1024 * 1024

/** Names of content encodings, and what undoes each. */
const ENCODINGS: ReadonlyMap<string, 'none' | 'gzip' | 'deflate' | 'zstd' | 'snappy'> = new Map([
  ['', 'none'],
  ['identity', 'none'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['zstd', 'zstd'],
  ['snappy', 'snappy'],
])

/** The bytes of a body after its content encoding is undone. Stops at the first limit that is passed. Throws IngestError. */
export async function* inflateBody(body: AsyncIterable<Uint8Array>, encoding: string, limits: BodyLimits): AsyncGenerator<Uint8Array> {
  const sent = { bytes: 0 }
  const counted = countBytes(body, sent, limits)
  switch (ENCODINGS.get(encoding.trim().toLowerCase())) {
    case 'none':
      yield* inflateUnnamed(counted, sent, limits)
      return
    case 'gzip':
      yield* inflateWith(createGunzip(), 'gzip', counted, sent, limits)
      return
    case 'deflate':
      yield* inflateDeflate(counted, sent, limits)
      return
    case 'zstd':
      yield* inflateZstd(await wholeOf(counted), limits)
      return
    case 'snappy':
      yield inflateSnappy(await wholeOf(counted), limits)
      return
    case undefined:
      throw new IngestError('unsupported-encoding', `content encoding ${encoding} is not read; use gzip, zstd, deflate, snappy or none`)
  }
}

/** A file that was sent as it is may be packed; its first bytes say so. */
async function* inflateUnnamed(
  counted: AsyncGenerator<Uint8Array>,
  sent: { bytes: number },
  limits: BodyLimits,
): AsyncGenerator<Uint8Array> {
  const { first, all } = await peekBytes(counted, COMPRESSION_BYTES)
  const packed = compressionOf(first)
  if (packed === null) yield* all
  else if (packed === 'gzip') yield* inflateWith(createGunzip(), packed, all, sent, limits)
  else if (packed === 'zstd') yield* inflateZstd(await wholeOf(all), limits)
  else throw new IngestError('unsupported-encoding', `the body is packed with ${packed}, which is not read; use gzip, zstd or none`)
}

/** All of a body that cannot be undone piece by piece. */
export async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** `deflate` means zlib's format; some senders leave its head out. */
async function* inflateDeflate(
  counted: AsyncGenerator<Uint8Array>,
  sent: { bytes: number },
  limits: BodyLimits,
): AsyncGenerator<Uint8Array> {
  const bytes = await wholeOf(counted)
  const hasHead = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0
  yield* inflateWith(hasHead ? createInflate() : createInflateRaw(), 'deflate', [bytes], sent, limits)
}

async function* inflateWith(
  inflater: Transform,
  name: string,
  counted: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sent: { bytes: number },
  limits: BodyLimits,
): AsyncGenerator<Uint8Array> {
  let failure: unknown = null
  const feeding = pipeline(Readable.from(counted), inflater).catch((error: unknown) => {
    failure = error
  })
  let inflated = 0
  try {
    for await (const chunk of inflater) {
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
    throw new IngestError('malformed', `the body is not ${name}, or was cut off`, { cause: error })
  } finally {
    inflater.destroy()
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
