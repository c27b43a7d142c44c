// @ts-check
import { statfsSync } from 'node:fs'
import { PACKAGE_FOLDER } from './package-folder.mjs'

/**
 * Throws before some work when the disk cannot hold what it writes; a compiler or npm would say so in many words, or not at all.
 *
 * @param {string} work such as `The install`
 * @param {number} megabytes
 */
export function requireDiskSpace(work, megabytes) {
  const { bavail, bsize } = statfsSync(PACKAGE_FOLDER)
  const available = Math.floor((bavail * bsize) / (1 << 20))
  if (available >= megabytes) return
  throw new Error(`not enough space on the disk: ${work} needs about ${megabytes} MB, ${available} MB are free`)
}
