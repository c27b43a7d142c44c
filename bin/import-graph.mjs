// @ts-check
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'

/**
 * One import of one file. `target` is a file from the root folder, or the name of a package or Node module.
 *
 * @typedef {{ file: string, line: number, target: string, isFile: boolean }} Import
 */

const ENDINGS = ['', '.ts', '.tsx', '.mjs', '/index.ts']

/**
 * Reads every import, type imports included, of the TypeScript files in some folders.
 *
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {{ files: readonly string[], imports: readonly Import[] }}
 */
export function readImportGraph(root, folders) {
  const files = folders.flatMap((folder) => listSources(root, folder)).sort()
  return { files, imports: files.flatMap((file) => readImports(root, file)) }
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function listSources(root, folder) {
  if (!statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return listSources(root, path)
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : []
  })
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Import[]}
 */
function readImports(root, file) {
  const source = readFileSync(join(root, file), 'utf8')
  const { module, errors } = parseSync(file, source)
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`)
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
    ...module.dynamicImports.map(({ moduleRequest }) => ({
      start: moduleRequest.start,
      value: source.slice(moduleRequest.start + 1, moduleRequest.end - 1),
    })),
  ]
  return requests.map(({ value, start }) => ({
    file,
    line: source.slice(0, start).split('\n').length,
    ...resolve(root, file, value),
  }))
}

/**
 * @param {string} root
 * @param {string} file
 * @param {string} request
 */
function resolve(root, file, request) {
  const path = request.startsWith('@/') ? request.slice(2) : request.startsWith('.') ? posix.join(dirname(file), request) : null
  if (path === null) return { target: request, isFile: false }
  const found = ENDINGS.map((ending) => path + ending).find((candidate) =>
    statSync(join(root, candidate), { throwIfNoEntry: false })?.isFile(),
  )
  return { target: found ?? path, isFile: true }
}

/**
 * Every group of files that import each other in a circle, each as the files on one shortest circle.
 *
 * @param {readonly Import[]} imports
 * @returns {readonly (readonly string[])[]}
 */
export function findCycles(imports) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map()
  for (const { file, target, isFile } of imports) {
    if (isFile) graph.set(file, (graph.get(file) ?? new Set()).add(target))
  }
  const cycles = []
  const covered = new Set()
  for (const start of graph.keys()) {
    if (covered.has(start)) continue
    const cycle = shortestCycle(graph, start)
    if (cycle === null) continue
    for (const file of cycle) covered.add(file)
    cycles.push(cycle)
  }
  return cycles
}

/**
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @param {string} start
 * @returns {readonly string[] | null}
 */
function shortestCycle(graph, start) {
  /** @type {Map<string, string | null>} */
  const cameFrom = new Map([[start, null]])
  const queue = [start]
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) {
        const path = []
        for (let at = /** @type {string | null} */ (file); at !== null; at = cameFrom.get(at) ?? null) path.unshift(at)
        return path
      }
      if (cameFrom.has(target)) continue
      cameFrom.set(target, file)
      queue.push(target)
    }
  }
  return null
}
