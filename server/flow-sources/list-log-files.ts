import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export type LogFile = { readonly path: string; readonly device: number; readonly inode: number }

export type LogFiles = {
  readonly files: readonly LogFile[]
  /** Compressed files, which were read before they were compressed. */
  readonly compressed: number
  /** True when the folder holds more than is looked at. */
  readonly isCut: boolean
}

const COMPRESSED: readonly string[] = ['.gz', '.zst', '.bz2', '.xz', '.zip']
const MAX_DEPTH = 8
/** Entries of folders that are looked at. */
const MAX_ENTRIES = 20_000

/**
 * The files of a folder and of those in it, by name, links followed. Hidden ones are left out. Throws when the folder itself
 * cannot be read; what vanishes meanwhile is not there.
 */
export async function listLogFiles(folder: string, maxFiles: number): Promise<LogFiles> {
  const files: LogFile[] = []
  const waiting = [{ path: folder, depth: 0 }]
  let compressed = 0
  let entries = 0
  let isCut = false
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const names = await namesIn(next.path, next.depth === 0)
    for (const name of names) {
      if (name.startsWith('.')) continue
      if (++entries > MAX_ENTRIES || files.length >= maxFiles) return { files, compressed, isCut: true }
      if (COMPRESSED.some((ending) => name.endsWith(ending))) {
        compressed++
        continue
      }
      const path = join(next.path, name)
      const stats = await stat(path).catch(() => null)
      if (stats === null) continue
      if (stats.isFile()) files.push({ path, device: stats.dev, inode: stats.ino })
      else if (stats.isDirectory()) {
        if (next.depth < MAX_DEPTH) waiting.push({ path, depth: next.depth + 1 })
        else isCut = true
      }
    }
  }
  return { files, compressed, isCut }
}

async function namesIn(path: string, isRoot: boolean): Promise<readonly string[]> {
  try {
    return (await readdir(path)).sort()
  } catch (error) {
    if (isRoot) throw error
    return []
  }
}
