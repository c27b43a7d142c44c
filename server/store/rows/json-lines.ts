const FIRST_BYTES = 64 * 1024
/** Room for any number. */
const NUMBER_BYTES = 24
const BILLION = 1_000_000_000
const [ZERO, MINUS] = [48, 45]

const encoder = new TextEncoder()

/** A text as bytes of UTF-8, to be put into lines again and again. */
export function toBytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Lines of JSON in UTF-8, put together byte by byte: texts in between would cost more than everything else that writes a flow. */
export class JsonLines {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #length = 0

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  /** Takes what is JSON already, as {@link toBytes} has it. */
  put(json: Uint8Array): void {
    if (this.#length + json.length > this.#bytes.length) this.#grow(json.length)
    const bytes = this.#bytes
    let at = this.#length
    // Most are shorter than a call that copies is worth.
    for (let index = 0; index < json.length; index++) bytes[at++] = json[index] ?? 0
    this.#length = at
  }

  /** Takes what is JSON already and rarely the same. */
  text(json: string): void {
    const most = json.length * 3
    if (this.#length + most > this.#bytes.length) this.#grow(most)
    this.#length += this.#bytes.write(json, this.#length)
  }

  number(value: number): void {
    if (Number.isSafeInteger(value)) this.#integer(value)
    else this.text(String(value))
  }

  /** Gives all lines away and begins anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#bytes = Buffer.allocUnsafe(FIRST_BYTES)
    this.#length = 0
    return taken
  }

  #integer(value: number): void {
    if (this.#length + NUMBER_BYTES > this.#bytes.length) this.#grow(NUMBER_BYTES)
    if (value < 0) this.#bytes[this.#length++] = MINUS
    const size = Math.abs(value)
    // In two parts, because arithmetic with 32 bits is several times as fast.
    const high = Math.floor(size / BILLION)
    if (high > 0) this.#digits(high, digitsOf(high))
    const low = size - high * BILLION
    this.#digits(low, high > 0 ? 9 : digitsOf(low))
  }

  #digits(value: number, count: number): void {
    const bytes = this.#bytes
    let left = value | 0
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const rest = (left / 10) | 0
      bytes[at] = ZERO + left - rest * 10
      left = rest
    }
    this.#length += count
  }

  #grow(more: number): void {
    let size = this.#bytes.length * 2
    while (size < this.#length + more) size *= 2
    const bytes = Buffer.allocUnsafe(size)
    this.#bytes.copy(bytes, 0, 0, this.#length)
    this.#bytes = bytes
  }
}

/** Of a number below a billion. */
function digitsOf(value: number): number {
  let count = 1
  for (let limit = 10; limit <= value; limit *= 10) count++
  return count
}
