// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './last-lines.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'

/**
 * The path of a program, or what this machine has not that is needed to build it.
 *
 * @typedef {{ readonly program: string } | { readonly missing: string }} BuiltProgram
 */

/**
 * A program of tests that is written in Go.
 *
 * @typedef {object} GoProgram
 * @property {string} name of its folder in `e2e`, of the program and of the folder that keeps it
 * @property {string} title for people, with its version
 * @property {string} duration of its build, for people
 * @property {string} variable of the environment that names one to take instead
 * @property {string} [linked] more flags for the linker
 */

/**
 * The program that the environment names, the one that was built from the same sources before, or a new one.
 *
 * @param {GoProgram} program
 * @returns {Promise<BuiltProgram>}
 */
export async function buildGoProgram(program) {
  const named = process.env[program.variable]
  if (named !== undefined && named !== '') return { program: named }
  const folder = join(cacheFolder(program.name), sourceHash(program.name))
  const path = join(folder, program.name)
  const lock = `${folder}.lock`
  if (existsSync(path)) return { program: path }
  if (process.platform !== 'linux' || !hasGo()) return { missing: `Linux and Go, or a program that ${program.variable} names` }

  mkdirSync(folder, { recursive: true })
  while (!takeLock(lock)) {
    process.stdout.write(`Another process builds ${program.title}: waiting for it ...\n`)
    while (isHeld(lock)) await sleep(500)
  }
  try {
    return existsSync(path) ? { program: path } : await build(path, program)
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * @param {string} path where it goes
 * @param {GoProgram} program
 * @returns {Promise<BuiltProgram>}
 */
async function build(path, { name, title, duration, linked = '' }) {
  const started = performance.now()
  process.stdout.write(`Building ${title}: ${duration}, only when its sources changed ...\n`)
  const draft = `${path}.${process.pid}`
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${linked}`.trim()]
  const { exitCode, output } = await runCommand('go', ['build', ...flags, '-o', draft, '.'], {
    folder: moduleFolder(name),
    // Without C the result does not depend on the compiler and libraries of the machine.
    environment: { CGO_ENABLED: '0' },
  })
  if (exitCode !== 0) {
    const missing = missingForGo(output)
    if (missing !== null) return { missing }
    throw new Error(`${title} could not be built:\n${lastLines(output, 10).join('\n')}`)
  }
  renameSync(draft, path)
  process.stdout.write(`Built in ${((performance.now() - started) / 1000).toFixed(0)} s: ${path}\n`)
  return { program: path }
}

/** @param {string} name */
export function moduleFolder(name) {
  return join(PACKAGE_FOLDER, 'e2e', name)
}

/**
 * What the machine has not, where that is why Go could not build; null where the sources are at fault.
 *
 * @param {string} output of Go
 */
export function missingForGo(output) {
  if (/ requires go >= |: toolchain not available|: invalid go version /.test(output)) return 'a newer Go'
  const hasNoProxy = /: module lookup disabled by GOPROXY=off|: Get "https?:|: reading https?:\S+: (?:40[137]|429|5\d\d) /.test(output)
  return hasNoProxy ? 'a Go module proxy; none answers' : null
}

/** @param {string} name */
function sourceHash(name) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of readdirSync(moduleFolder(name)).sort()) {
    if (/\.go$|^go\.(mod|sum)$/.test(file)) hash.update(`\0${file}\0`).update(readFileSync(join(moduleFolder(name), file)))
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * Outside the tree, so that a fresh clone finds it.
 *
 * @param {string} name
 */
function cacheFolder(name) {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice', name)
}

function hasGo() {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'go')))
}

/**
 * The lock holds the number of the process, so that one that was killed holds nobody up.
 *
 * @param {string} lock
 */
function takeLock(lock) {
  if (!isHeld(lock)) rmSync(lock, { force: true })
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

/** @param {string} lock */
function isHeld(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}
