const SLOTS = 512
const MAX_KEY_BYTES = 48

type Slot = { readonly bytes: Buffer; readonly text: string }

/** Texts of map keys, which come again with every record: comparing bytes is cheaper than decoding them. Bounded. */
export class KeyCache {
  readonly #slots: (Slot | undefined)[] = new Array(SLOTS)

  textOf(bytes: Buffer, start: number, length: number): string {
    const end = start + length
    if (length === 0 || length > MAX_KEY_BYTES) return bytes.toString('utf8', start, end)
    let hash = length
    for (let at = start; at < end; at++) hash = (hash * 31 + (bytes[at] ?? 0)) | 0
    const index = (hash >>> 0) % SLOTS
    const slot = this.#slots[index]
    if (slot !== undefined && isSame(slot.bytes, bytes, start, length)) return slot.text
    const text = bytes.toString('utf8', start, end)
    this.#slots[index] = { bytes: Buffer.from(bytes.subarray(start, end)), text }
    return text
  }
}

function isSame(known: Buffer, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let index = 0; index < length; index++) if (known[index] !== bytes[start + index]) return false
  return true
}
