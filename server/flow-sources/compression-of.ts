/** How programs pack files, by the bytes that these begin with. */
const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
]

export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'zip'

/** Bytes that {@link compressionOf} looks at. */
export const COMPRESSION_BYTES = 6

/** How bytes that begin so are packed; null when they are not, as far as their beginning says. */
export function compressionOf(first: Uint8Array): Compression | null {
  for (const [name, magic] of MAGIC) if (magic.every((byte, index) => first[index] === byte)) return name
  return null
}
