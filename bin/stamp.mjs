// @ts-check
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PACKAGE_FOLDER } from './package-folder.mjs'

/** @typedef {{ size: number, mtimeMs: number, sha1: string }} FileStamp */

/**
 * Whether what the stamp stands beside was made from exactly these inputs. Cheap when nothing was touched: only files
 * with another size or time are read.
 *
 * @param {string} stampPath
 * @param {readonly string[]} inputs files and folders, from the package folder
 */
export function isFresh(stampPath, inputs) {
  const stamp = readStamp(stampPath)
  if (stamp === null) return false
  const paths = listFiles(inputs)
  if (paths.length !== stamp.size) return false
  let touched = false
  for (const path of paths) {
    const known = stamp.get(path)
    if (known === undefined) return false
    const { size, mtimeMs } = statSync(join(PACKAGE_FOLDER, path))
    if (size === known.size && mtimeMs === known.mtimeMs) continue
    if (size !== known.size || sha1(path) !== known.sha1) return false
    touched = true
  }
  if (touched) writeStamp(stampPath, inputs)
  return true
}

/**
 * Notes what something was made from. Called before the work starts, its result written after: see `takeStamp`.
 *
 * @param {string} stampPath
 * @param {readonly string[]} inputs
 */
export function writeStamp(stampPath, inputs) {
  saveStamp(stampPath, takeStamp(inputs))
}

/**
 * The state of the inputs now. Taken before a build, so that an edit during the build makes it stale.
 *
 * @param {readonly string[]} inputs
 * @returns {Map<string, FileStamp>}
 */
export function takeStamp(inputs) {
  return new Map(
    listFiles(inputs).map((path) => {
      const { size, mtimeMs } = statSync(join(PACKAGE_FOLDER, path))
      return [path, { size, mtimeMs, sha1: sha1(path) }]
    }),
  )
}

/**
 * @param {string} stampPath
 * @param {Map<string, FileStamp>} stamp
 */
export function saveStamp(stampPath, stamp) {
  mkdirSync(dirname(stampPath), { recursive: true })
  const draft = `${stampPath}.${process.pid}`
  writeFileSync(draft, JSON.stringify([...stamp]))
  renameSync(draft, stampPath)
}

/**
 * @param {string} stampPath
 * @returns {Map<string, FileStamp> | null}
 */
function readStamp(stampPath) {
  try {
    return new Map(JSON.parse(readFileSync(stampPath, 'utf8')))
  } catch {
    return null
  }
}

/** @param {string} path */
function sha1(path) {
  return createHash('sha1')
    .update(readFileSync(join(PACKAGE_FOLDER, path)))
    .digest('hex')
}

/**
 * Files under the inputs, tests and their helpers left out.
 *
 * @param {readonly string[]} inputs
 */
function listFiles(inputs) {
  /** @type {string[]} */
  const files = []
  /** @type {(path: string) => void} */
  const visit = (path) => {
    for (const entry of readdirSync(join(PACKAGE_FOLDER, path), { withFileTypes: true })) {
      const child = `${path}/${entry.name}`
      if (entry.isDirectory()) {
        if (entry.name !== 'testing') visit(child)
      } else if (!/\.test\.tsx?$/.test(entry.name)) files.push(child)
    }
  }
  for (const input of inputs) {
    const stat = statSync(join(PACKAGE_FOLDER, input), { throwIfNoEntry: false })
    if (stat?.isDirectory()) visit(input)
    else if (stat) files.push(input)
  }
  return files
}
