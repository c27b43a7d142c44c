/** What the zstd specification asks every decoder to allow. */
const USUAL_WINDOW_BYTES = 8 * 1024 * 1024
const MAX_BLOCK_BYTES = 128 * 1024
const MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50

/**
 * Looks through zstd data without inflating it. null when it is whole and no frame asks for memory that its blocks cannot
 * fill; else what is wrong. A decoder that trusts a frame's own size would reserve up to 2 GiB for a few bytes.
 */
export function findZstdFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  try {
    while (at < view.byteLength) {
      const magic = view.getUint32(at, true)
      if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
        at += 8 + view.getUint32(at + 4, true)
        continue
      }
      if (magic !== MAGIC) return 'not zstd'
      const head = readHead(view, at + 4)
      const blocks = passBlocks(view, head.end)
      if (blocks === null) return 'a zstd block of a kind that does not exist'
      at = blocks.end + (head.hasChecksum ? 4 : 0)
      if (head.windowBytes > Math.max(USUAL_WINDOW_BYTES, blocks.count * MAX_BLOCK_BYTES))
        return `a zstd frame asks for ${head.windowBytes} bytes of memory`
    }
  } catch (error) {
    if (error instanceof RangeError) return 'the zstd data is cut off'
    throw error
  }
  return at === view.byteLength ? null : 'the zstd data is cut off'
}

type Head = { readonly windowBytes: number; readonly hasChecksum: boolean; readonly end: number }

function readHead(view: DataView, start: number): Head {
  const descriptor = view.getUint8(start)
  const isSingle = (descriptor & 0x20) !== 0
  let at = start + 1
  let windowBytes = 0
  if (!isSingle) {
    const window = view.getUint8(at++)
    const base = 2 ** (10 + (window >> 3))
    windowBytes = base + (base / 8) * (window & 7)
  }
  at += [0, 1, 2, 4][descriptor & 3] ?? 0
  switch (descriptor >> 6) {
    case 0:
      if (isSingle) windowBytes = view.getUint8(at++)
      break
    case 1:
      if (isSingle) windowBytes = view.getUint16(at, true) + 256
      at += 2
      break
    case 2:
      if (isSingle) windowBytes = view.getUint32(at, true)
      at += 4
      break
    default:
      if (isSingle) windowBytes = Number(view.getBigUint64(at, true))
      at += 8
  }
  return { windowBytes, hasChecksum: (descriptor & 4) !== 0, end: at }
}

function passBlocks(view: DataView, start: number): { readonly count: number; readonly end: number } | null {
  let at = start
  for (let count = 1; ; count++) {
    const head = view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000
    const type = (head >> 1) & 3
    if (type === 3) return null
    at += 3 + (type === 1 ? 1 : head >> 3)
    if ((head & 1) === 1) return { count, end: at }
  }
}
