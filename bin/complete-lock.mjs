// @ts-check
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_FOLDER } from './package-folder.mjs'

/**
 * npm leaves the builds for other platforms out of package-lock.json when the registry it asked does not have them, and
 * "npm ci" then refuses the file. This adds what is missing: name, version and platform are all that npm needs to pass
 * over them here, and to find them on a machine that wants them.
 *
 * @typedef {{ version: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} LockEntry
 */

const LOCK = join(PACKAGE_FOLDER, 'package-lock.json')

/**
 * Entries for the optional packages that the lock file names and does not hold, by their path.
 *
 * @param {Record<string, LockEntry>} packages
 * @returns {Record<string, LockEntry>}
 */
export function missingEntries(packages) {
  /** @type {Record<string, LockEntry>} */
  const missing = {}
  for (const [owner, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      const all = { ...packages, ...missing }
      const places = foldersInSight(owner).map((folder) => `${folder}node_modules/${name}`)
      const found = places.find((place) => place in all)
      // A native package is asked for by its exact version, so another version in sight is not the one.
      if (found !== undefined && (/^[~^]/.test(range) || all[found]?.version === range)) continue
      const path = found === undefined ? `node_modules/${name}` : `${owner}/node_modules/${name}`
      missing[path] = { version: range.replace(/^[~^]/, ''), ...platformOf(name), ...(dev ? { dev } : {}), optional: true }
    }
  }
  return missing
}

/**
 * Where Node looks for what a package imports: its own folder, then those around it, each with a slash at the end.
 *
 * @param {string} path such as `node_modules/vite`
 * @returns {string[]}
 */
function foldersInSight(path) {
  if (path === '') return ['']
  const outer = path.lastIndexOf('node_modules/')
  return [`${path}/`, ...foldersInSight(path.slice(0, Math.max(0, outer - 1)))]
}

/**
 * The platform that a package is built for, from its name, such as `@oxc-parser/binding-linux-x64-musl`.
 *
 * @param {string} name
 */
function platformOf(name) {
  const words = name.split(/[/-]/)
  const os = words.find((word) => ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].includes(word))
  const cpu = words.find((word) => ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'].includes(word))
  const libc = os === 'linux' ? (words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc') : undefined
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(os ? { os: [os] } : {}), ...(libc ? { libc: [libc] } : {}) }
}

if (process.argv[1] === import.meta.filename) {
  const lock = JSON.parse(readFileSync(LOCK, 'utf8'))
  const missing = missingEntries(lock.packages)
  const entries = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`)
  process.stdout.write(`${Object.keys(missing).length} entries added to package-lock.json\n`)
}
