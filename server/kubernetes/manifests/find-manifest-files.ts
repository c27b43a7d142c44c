import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { InputProblem } from '@/lib/model/problem'

const EXTENSIONS: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])

/** Levels of folders that are followed. */
const MAX_FOLDER_DEPTH = 32

/** Folders that are looked into: enough for any repository, too few for a whole disk. */
const MAX_FOLDERS = 10_000

export type FoundFiles = {
  /** In the order in which they are read: by path, so that "later wins" means the same everywhere. */
  readonly files: readonly string[]
  /** The folders they are in, for watching. */
  readonly folders: readonly string[]
  readonly problems: readonly InputProblem[]
  /** True when a limit left files or folders out. */
  readonly isCut: boolean
}

/**
 * Lists the manifests of a path: the file itself whatever its name, or every `.yaml`, `.yml` and `.json` file of a
 * folder and the folders in it. Hidden files and folders are left out (a mounted ConfigMap keeps its older versions
 * in them). Links are followed, each folder once.
 */
export async function findManifestFiles(path: string, maxFiles: number): Promise<FoundFiles> {
  const files: string[] = []
  const folders: string[] = []
  const problems: InputProblem[] = []
  const visited = new Set<string>()
  let isCut = false

  async function visit(folder: string, depth: number): Promise<void> {
    const real = await realpath(folder)
    if (visited.has(real)) return
    visited.add(real)
    if (visited.size > MAX_FOLDERS) {
      isCut = true
      if (visited.size === MAX_FOLDERS + 1)
        problems.push(fileProblem(folder, `more than ${MAX_FOLDERS} folders; this one and all after it are not read`))
      return
    }
    folders.push(folder)
    if (depth > MAX_FOLDER_DEPTH) {
      isCut = true
      problems.push(fileProblem(folder, `folders are nested deeper than ${MAX_FOLDER_DEPTH} levels; this one is not read`))
      return
    }
    const entries = await readdir(folder, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue
      const child = join(folder, entry.name)
      try {
        const kind = await kindOf(child, entry)
        if (kind === 'folder') await visit(child, depth + 1)
        else if (kind === 'file' && EXTENSIONS.has(extname(entry.name).toLowerCase())) files.push(child)
      } catch (error) {
        // A file that vanished between listing and looking is no news.
        if (errorCode(error) !== 'ENOENT') problems.push(fileProblem(child, describeFileError(error)))
      }
      if (files.length > maxFiles || visited.size > MAX_FOLDERS) return
    }
  }

  try {
    const target = await stat(path)
    if (!target.isDirectory()) return { files: [path], folders: [], problems: [], isCut }
    await visit(path, 1)
  } catch (error) {
    problems.push(fileProblem(path, describeFileError(error)))
  }
  if (files.length > maxFiles) {
    files.length = maxFiles
    isCut = true
    problems.push(fileProblem(path, `more than ${maxFiles} files; the rest is not read`))
  }
  return { files, folders, problems, isCut }
}

async function kindOf(path: string, entry: Dirent): Promise<'file' | 'folder' | 'other'> {
  const target = entry.isSymbolicLink() ? await stat(path) : entry
  return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other'
}

/** A problem of a file as a whole, at its first character. */
export function fileProblem(file: string, message: string): InputProblem {
  return { file, line: 1, column: 1, severity: 'error', message }
}

export function describeFileError(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return 'no such file or folder'
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read this'
    case 'ELOOP':
      return 'a link that leads to itself'
    default:
      return `cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
