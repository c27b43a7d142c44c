import { maskUserinfo } from '@/lib/model/mask-userinfo'
import { formatProblem, type InputProblem, type Result } from '@/lib/model/problem'
import { DEFAULT_CONFIG, type ServerWish } from '../config'
import { describeOpenForward } from './open-forward'
import { OPTIONS, type Option, type WishPart } from './options'
import { formatListen, isLoopbackHost } from './parse-listen'
import { describeRoleConflict } from './role-conflict'

/** Values of one option as somebody wrote them, and where. */
type Written = {
  readonly values: readonly string[]
  readonly origin: Origin
  /** Folder that relative paths start from: the file's own, or the current one. */
  readonly base: string
}

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'default' }

/** A configuration file, read: option name to what it says. */
export type ConfigFile = { readonly folder: string; readonly options: ReadonlyMap<string, FileOption> }
export type FileOption = {
  readonly values: readonly string[]
  readonly file: string
  readonly line: number
  readonly column: number
}

export type ResolvedConfig = {
  readonly wish: ServerWish
  /** Every option with its values as written, in the order of the documentation. */
  readonly options: readonly { readonly name: string; readonly values: readonly string[]; readonly origin: Origin }[]
}

type Sources = {
  /** Flag name to its values, in the order given. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly file: ConfigFile | null
  /** Current folder. */
  readonly folder: string
}

/** Settles every option: flag before environment before file before default. The first problem ends it, as one line. */
export function resolveConfig(sources: Sources): Result<ResolvedConfig, string> {
  let wish: ServerWish = { ...DEFAULT_CONFIG, cluster: { kind: 'auto' }, kubeconfig: null, contexts: [] }
  const options: ResolvedConfig['options'][number][] = []
  for (const option of OPTIONS) {
    const written = findWritten(option, sources)
    const parsed = parseWritten(option, written)
    if (!parsed.ok) return { ok: false, error: describeProblem(option, written.origin, parsed.error) }
    wish = { ...wish, ...parsed.value, flowAccess: { ...wish.flowAccess, ...parsed.value.flowAccess } }
    options.push({ name: option.name, values: written.values, origin: written.origin })

    if (option.name === 'listen' && !isLoopbackHost(wish.listen.host)) {
      const message = `${formatListen(wish.listen)} can be reached from other machines and this version has no --auth mode to protect it; use a loopback address such as 127.0.0.1:${wish.listen.port}`
      return { ok: false, error: describeProblem(option, written.origin, message) }
    }
  }
  for (const [name, message] of [
    ['flows', describeOpenForward(wish)],
    ['role', describeRoleConflict(wish)],
  ] as const) {
    const origin = options.find((option) => option.name === name)?.origin
    const option = OPTIONS.find((each) => each.name === name)
    if (message !== null && origin !== undefined && option !== undefined)
      return { ok: false, error: describeProblem(option, origin, message) }
  }
  return { ok: true, value: { wish, options } }
}

function parseWritten(option: Option, written: Written): Result<WishPart, string> {
  const isLeftOut = written.origin.kind === 'default'
  if (!option.repeatable && !isLeftOut && written.values.length !== 1) {
    return { ok: false, error: `takes one value, not ${written.values.length}` }
  }
  return option.parse(written.values, written.base)
}

function findWritten(option: Option, { flags, environment, file, folder }: Sources): Written {
  const flag = flags.get(option.name)
  if (flag !== undefined) return { values: flag, origin: { kind: 'flag', name: `--${option.name}` }, base: folder }

  const variable = environment[option.environment]
  if (variable !== undefined && variable !== '') {
    const values = option.repeatable ? splitList(variable) : [variable]
    return { values, origin: { kind: 'environment', name: option.environment }, base: folder }
  }

  const inFile = file?.options.get(option.name)
  if (file && inFile) {
    const { values, ...place } = inFile
    return { values, origin: { kind: 'file', ...place }, base: file.folder }
  }
  return { values: option.default, origin: { kind: 'default' }, base: folder }
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Messages quote what was written. */
function describeProblem(option: Option, origin: Origin, quoting: string): string {
  const message = maskUserinfo(quoting)
  if (origin.kind !== 'file') return `${formatOrigin(origin)}: ${message}`
  const problem: InputProblem = {
    file: origin.file,
    line: origin.line,
    column: origin.column,
    severity: 'error',
    message: `${option.name}: ${message}`,
  }
  return formatProblem(problem)
}

/** Where a value came from, in a few words. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
    case 'environment':
      return origin.name
    case 'file':
      return `${origin.file}:${origin.line}`
    case 'default':
      return 'default'
  }
}
