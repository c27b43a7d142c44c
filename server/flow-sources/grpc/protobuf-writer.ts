const TWO_32 = 4_294_967_296

/** Writes small protobuf messages: requests. Values that are zero or empty are left out, as proto3 does. */
export class ProtobufWriter {
  readonly #bytes: number[] = []

  /** Any whole number that JavaScript holds exactly; negative ones as `int64` has them. */
  int64(field: number, value: number): this {
    if (value === 0) return this
    this.#varint(field * 8)
    this.#varint(value)
    return this
  }

  bool(field: number, value: boolean): this {
    return this.int64(field, value ? 1 : 0)
  }

  string(field: number, value: string): this {
    return value === '' ? this : this.bytes(field, Buffer.from(value))
  }

  /** A message, which counts even when it is empty. */
  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.#bytes)
  }

  bytes(field: number, value: ArrayLike<number>): this {
    this.#varint(field * 8 + 2)
    this.#varint(value.length)
    for (let index = 0; index < value.length; index++) this.#bytes.push(value[index] as number)
    return this
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  #varint(value: number): void {
    let low = value >>> 0
    // A negative number has all its high bits set: two's complement over 64 bits.
    let high = Math.floor(value / TWO_32) >>> 0
    while (high !== 0 || low >= 0x80) {
      this.#bytes.push((low & 0x7f) | 0x80)
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    this.#bytes.push(low)
  }
}
