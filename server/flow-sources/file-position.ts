import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { FilePosition } from '@/lib/flows/file-position'
import type { OpenFile } from './open-file'

/** First bytes that two different logs do not share. */
const MIN_ALIKE = 128
/** Names looked through for a file that has another one now. */
const MOST_NAMES = 10_000

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

/** Files beside `path` that stood there when an earlier run read them, and that it did not read to their end. */
export async function findRotated(path: string, positions: readonly FilePosition[]): Promise<readonly string[]> {
  if (positions.length === 0) return []
  const folder = dirname(path)
  const found: string[] = []
  for (const name of (await readdir(folder).catch(() => [])).slice(0, MOST_NAMES)) {
    if (name === basename(path)) continue
    const there = await stat(join(folder, name)).catch(() => null)
    const isLeft = ({ device, inode, offset }: FilePosition) => there?.dev === device && there.ino === inode && there.size > offset
    if (positions.some(isLeft)) found.push(join(folder, name))
  }
  return found
}

function begins(fingerprint: Buffer, { beginning, length }: FilePosition): boolean {
  return fingerprint.length >= length && hashOf(fingerprint.subarray(0, length)) === beginning
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}
