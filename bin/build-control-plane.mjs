// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './last-lines.mjs'
import { PACKAGE_FOLDER } from './package-folder.mjs'
import { runCommand } from './run-command.mjs'

const MODULE = join(PACKAGE_FOLDER, 'e2e', 'control-plane')

/**
 * The path of a control plane, or what this machine has not that is needed to build one.
 *
 * @typedef {{ readonly program: string } | { readonly missing: string }} BuiltControlPlane
 */

/**
 * The control plane that the cluster tests run against: the one that SLUICE_CONTROL_PLANE names, the one that was built
 * from these sources before, or a new one.
 *
 * @returns {Promise<BuiltControlPlane>}
 */
export async function buildControlPlane() {
  const named = process.env.SLUICE_CONTROL_PLANE
  if (named !== undefined && named !== '') return { program: named }
  const sources = readSources()
  const folder = join(cacheFolder(), sources.hash)
  const program = join(folder, 'control-plane')
  const lock = `${folder}.lock`
  if (existsSync(program)) return { program }
  if (process.platform !== 'linux' || !hasGo()) return { missing: 'Linux and Go, or a control plane that SLUICE_CONTROL_PLANE names' }

  mkdirSync(folder, { recursive: true })
  while (!takeLock(lock)) {
    process.stdout.write('Another process builds the control plane: waiting for it ...\n')
    while (isHeld(lock)) await sleep(500)
  }
  try {
    return existsSync(program) ? { program } : await build(program, sources.version)
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * @param {string} program where it goes
 * @param {string} version of Kubernetes, which the API server tells and decides by
 * @returns {Promise<BuiltControlPlane>}
 */
async function build(program, version) {
  const started = performance.now()
  process.stdout.write(`Building the control plane, Kubernetes ${version}: about ten minutes, only when its sources changed ...\n`)
  const draft = `${program}.${process.pid}`
  const linked = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`
  const { exitCode, output } = await runCommand('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', linked, '-o', draft, '.'], {
    folder: MODULE,
    // Without C the result does not depend on the compiler and libraries of the machine.
    environment: { CGO_ENABLED: '0' },
  })
  if (exitCode !== 0) {
    const missing = missingForGo(output)
    if (missing !== null) return { missing }
    throw new Error(`the control plane could not be built:\n${lastLines(output, 10).join('\n')}`)
  }
  renameSync(draft, program)
  process.stdout.write(`Built in ${((performance.now() - started) / 1000).toFixed(0)} s: ${program}\n`)
  return { program }
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

function readSources() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const name of readdirSync(MODULE).sort()) {
    if (/\.go$|^go\.(mod|sum)$/.test(name)) hash.update(`\0${name}\0`).update(readFileSync(join(MODULE, name)))
  }
  const version = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1]
  if (version === undefined) throw new Error('e2e/control-plane/go.mod does not say which Kubernetes it takes')
  return { hash: hash.digest('hex').slice(0, 16), version }
}

/** Outside the tree, so that a fresh clone finds it. */
function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice', 'control-plane')
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
