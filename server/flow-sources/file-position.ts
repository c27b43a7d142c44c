import { createHash } from 'node:crypto'
import type { FilePosition } from '@/lib/flows/file-position'
import type { OpenFile } from './open-file'

/** First bytes that two different logs do not share. */
const MIN_ALIKE = 128

export function positionIn({ device, inode, fingerprint }: OpenFile, offset: number): FilePosition {
  return { device, inode, beginning: hashOf(fingerprint), length: fingerprint.length, offset }
}

/** How far an earlier run read a file, or the file that it is a copy of; 0 when it did not, or it was written anew since. */
export function offsetIn(file: OpenFile, size: number, positions: readonly FilePosition[]): number {
  const offsets = positions.map((position) => {
    const { device, inode, length, offset } = position
    const isSame = (device === file.device && inode === file.inode) || length >= MIN_ALIKE
    return isSame && offset <= size && begins(file.fingerprint, position) ? offset : 0
  })
  return Math.max(0, ...offsets)
}

function begins(fingerprint: Buffer, { beginning, length }: FilePosition): boolean {
  return fingerprint.length >= length && hashOf(fingerprint.subarray(0, length)) === beginning
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}
