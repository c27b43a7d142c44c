import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inflateZstd } from './inflate-zstd'
import { IngestError } from './ingest-error'
import { findZstdFault } from './zstd-frames'

const LIMITS = { maxBytes: 1 << 20, maxInflatedBytes: 1 << 22, maxRatio: 1100 }
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd]

async function inflate(bytes: Uint8Array): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of inflateZstd(bytes, LIMITS)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A frame of raw blocks, as an encoder writes what does not compress. */
function rawFrame(text: string): Buffer {
  const body = Buffer.from(text)
  const head = body.length * 8 + 1
  return Buffer.from([...MAGIC, 0x00, 0x00, head & 0xff, (head >> 8) & 0xff, head >> 16, ...body])
}

test('frames one behind the other are one text, and a skippable frame is skipped', async () => {
  const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9])
  expect(await inflate(Buffer.concat([rawFrame('one '), skipped, rawFrame('two')]))).toBe('one two')
})

test('a frame that asks for gigabytes is refused before anything is reserved', async () => {
  // Window of 2^31 bytes, one empty block.
  const lying = Buffer.from([...MAGIC, 0x00, 21 << 3, 1, 0, 0])
  expect(findZstdFault(lying)).toContain('asks for 2147483648 bytes')
  // The same as the size of a single segment.
  expect(findZstdFault(Buffer.from([...MAGIC, 0xa0, 0, 0, 0, 0x70, 1, 0, 0]))).toContain('bytes of memory')
  await expect(inflate(lying)).rejects.toThrow(IngestError)
})

test('blocks that repeat one byte stop at the limit', async () => {
  const block = [(128 * 1024 * 8 + 2) & 0xff, ((128 * 1024 * 8 + 2) >> 8) & 0xff, (128 * 1024 * 8) >> 16, 65]
  const bomb = Buffer.from([...MAGIC, 0x00, 0x38, ...Array.from({ length: 500 }, () => block).flat(), 1, 0, 0])
  expect(findZstdFault(bomb)).toBeNull()
  await expect(inflate(bomb)).rejects.toThrow(/when inflated|inflates more/)
})

test.each([[[1, 2, 3, 4, 5]], [[...MAGIC]], [[...MAGIC, 0, 0, 0xff]], [[...MAGIC, 0, 0, 7, 0, 0]]])(
  '%j is refused with a reason',
  (bytes) => {
    expect(findZstdFault(Uint8Array.from(bytes))).toMatch(/zstd/)
  },
)

test('no input does anything but inflate or be refused', async () => {
  const frames = fc.uint8Array({ maxLength: 300 }).map((tail) => Uint8Array.from([...MAGIC, ...tail]))
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), frames), async (bytes) => {
      try {
        await inflate(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(IngestError)
      }
    }),
    { numRuns: 2_000 },
  )
})
