import type { BodyLimits } from './body-limits'
import { IngestError } from './ingest-error'

const RATIO_FREE_BYTES = 1024 * 1024

/**
 * The bytes that a block of snappy data stands for. What it says of its length is held against the limits before anything is
 * made of that length, and must be what comes out. Throws IngestError.
 *
 * Source: google/snappy:format_description.txt.
 */
export function inflateSnappy(bytes: Uint8Array, limits: BodyLimits): Uint8Array {
  const head = readVarint(bytes)
  if (head === null) throw malformed()
  const maxLength = Math.min(limits.maxInflatedBytes, Math.max(RATIO_FREE_BYTES, bytes.length * limits.maxRatio))
  if (head.value > maxLength) throw new IngestError('too-large', `over ${maxLength} bytes when inflated`)
  const output = new Uint8Array(head.value)
  let at = head.end
  let written = 0
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0
    const type = tag & 3
    // A literal says its length in the tag, or in one to four bytes behind it; a copy its distance in one, two or four.
    const isLong = type === 0 && tag >> 2 >= 60
    const extra = type === 0 ? (isLong ? (tag >> 2) - 59 : 0) : type === 3 ? 4 : type
    if (at + extra >= bytes.length) throw malformed()
    const number = littleEndian(bytes, at + 1, extra)
    at += 1 + extra
    const length = type === 0 ? (isLong ? number : tag >> 2) + 1 : type === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    if (length > output.length - written) throw malformed()
    if (type === 0) {
      if (at + length > bytes.length) throw malformed()
      output.set(bytes.subarray(at, at + length), written)
      at += length
    } else {
      const distance = type === 1 ? ((tag >> 5) << 8) | number : number
      if (distance === 0 || distance > written) throw malformed()
      // Byte by byte, because a copy may reach into what it writes.
      for (let index = 0; index < length; index++) output[written + index] = output[written + index - distance] ?? 0
    }
    written += length
  }
  if (written !== output.length) throw malformed()
  return output
}

function readVarint(bytes: Uint8Array): { readonly value: number; readonly end: number } | null {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index]
    if (byte === undefined) return null
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: index + 1 }
  }
  return null
}

function littleEndian(bytes: Uint8Array, start: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value += (bytes[start + index] ?? 0) * 2 ** (8 * index)
  return value
}

function malformed(): IngestError {
  return new IngestError('malformed', 'the body is not a block of snappy data, or was cut off')
}
