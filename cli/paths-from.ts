import { isAbsolute, relative, resolve, sep } from 'node:path'

/** Paths as a repository knows them: from its top, where the command runs, with forward slashes. */
export function pathsFrom(folder: string): (file: string) => string {
  return (file) => {
    if (file === '-') return 'stdin'
    const path = relative(folder, resolve(folder, file))
    const inside = path.startsWith('..') || isAbsolute(path) ? resolve(folder, file) : path
    return inside.split(sep).join('/')
  }
}
