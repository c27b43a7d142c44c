import { MsgpackError } from './msgpack-error'

export type MsgpackType = 'nil' | 'bool' | 'int' | 'float' | 'str' | 'bin' | 'ext' | 'array' | 'map'

/**
 * What the first byte of a value says of it: how many bytes the head has (with the length or the number behind the first
 * byte, and the type byte of an extension), and what comes after it.
 */
export type HeadShape = {
  readonly type: MsgpackType
  /** Bytes of the head, the first one included. */
  readonly size: number
  /** Bytes of the length behind the first byte; 0 where `fixed` says it. */
  readonly lengthSize: 0 | 1 | 2 | 4
  /** Length that the first byte says itself. */
  readonly fixed: number
}

function shapeOf(first: number): HeadShape | null {
  if (first <= 0x7f || first >= 0xe0) return { type: 'int', size: 1, lengthSize: 0, fixed: 0 }
  if (first <= 0x8f) return { type: 'map', size: 1, lengthSize: 0, fixed: first & 0x0f }
  if (first <= 0x9f) return { type: 'array', size: 1, lengthSize: 0, fixed: first & 0x0f }
  if (first <= 0xbf) return { type: 'str', size: 1, lengthSize: 0, fixed: first & 0x1f }
  switch (first) {
    case 0xc0:
      return { type: 'nil', size: 1, lengthSize: 0, fixed: 0 }
    case 0xc2:
    case 0xc3:
      return { type: 'bool', size: 1, lengthSize: 0, fixed: 0 }
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return sized('bin', first - 0xc4, 0)
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return sized('ext', first - 0xc7, 1)
    case 0xca:
      return { type: 'float', size: 5, lengthSize: 0, fixed: 0 }
    case 0xcb:
      return { type: 'float', size: 9, lengthSize: 0, fixed: 0 }
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return { type: 'int', size: 1 + 2 ** (first - 0xcc), lengthSize: 0, fixed: 0 }
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return { type: 'int', size: 1 + 2 ** (first - 0xd0), lengthSize: 0, fixed: 0 }
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return { type: 'ext', size: 2, lengthSize: 0, fixed: 2 ** (first - 0xd4) }
    case 0xd9:
    case 0xda:
    case 0xdb:
      return sized('str', first - 0xd9, 0)
    case 0xdc:
    case 0xdd:
      return sized('array', first - 0xdb, 0)
    case 0xde:
    case 0xdf:
      return sized('map', first - 0xdd, 0)
    default:
      // 0xc1 is never used.
      return null
  }
}

function sized(type: MsgpackType, power: number, extra: 0 | 1): HeadShape {
  const lengthSize = power === 0 ? 1 : power === 1 ? 2 : 4
  return { type, size: 1 + lengthSize + extra, lengthSize, fixed: 0 }
}

const SHAPES: readonly (HeadShape | null)[] = Array.from({ length: 256 }, (_, first) => shapeOf(first))

/** The shape of the value that begins with this byte. Throws where no value does. */
export function headShape(first: number): HeadShape {
  const shape = SHAPES[first]
  if (shape === null || shape === undefined) throw new MsgpackError('malformed', 'byte 0xc1 begins no value')
  return shape
}

/**
 * The length that stands in the head at `offset`: bytes of a text or an extension, elements of an array, pairs of a map.
 * The whole head must be in `bytes`.
 */
export function headLength(bytes: Buffer, offset: number, shape: HeadShape): number {
  switch (shape.lengthSize) {
    case 0:
      return shape.fixed
    case 1:
      return bytes.readUInt8(offset + 1)
    case 2:
      return bytes.readUInt16BE(offset + 1)
    case 4:
      return bytes.readUInt32BE(offset + 1)
  }
}

/** Bytes behind the head that belong to the value itself. */
export function bodyBytes(shape: HeadShape, length: number): number {
  return shape.type === 'str' || shape.type === 'bin' || shape.type === 'ext' ? length : 0
}

/** Values behind the head that belong to the value. */
export function innerValues(shape: HeadShape, length: number): number {
  if (shape.type === 'array') return length
  return shape.type === 'map' ? length * 2 : 0
}
