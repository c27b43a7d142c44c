const OFFSET = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n
const MASK = (1n << 64n) - 1n

/** Sixteen hexadecimal digits that stand for a text: 64-bit FNV-1a over its UTF-16 code units. */
export function fingerprint(text: string): string {
  let hash = OFFSET
  for (let index = 0; index < text.length; index++) hash = ((hash ^ BigInt(text.charCodeAt(index))) * PRIME) & MASK
  return hash.toString(16).padStart(16, '0')
}
