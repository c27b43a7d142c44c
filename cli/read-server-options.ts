import { parseArgs } from 'node:util'
import type { Result } from '@/lib/model/problem'
import { OPTIONS } from '../server/config/options'
import { readConfigFile } from '../server/config/read-config-file'
import { type ResolvedConfig, resolveConfig } from '../server/config/resolve-config'
import type { CommandContext, ExitCode } from './command'
import { argumentTypes, type Flag, GivenFlags, takeFlag } from './flags'
import { wrapText } from './wrap-text'

type Failure = { readonly exitCode: ExitCode; readonly lines: readonly string[] }
type ServerOptions = ResolvedConfig & { readonly warnings: readonly string[]; readonly own: GivenFlags }

/**
 * Reads the server options from the command line, the environment and the configuration file.
 *
 * @param own flags that the command has besides the server options
 */
export function readServerOptions(
  args: readonly string[],
  own: readonly Flag[],
  { environment, folder }: CommandContext,
): Result<ServerOptions, Failure> {
  const flags = readFlags(args, own)
  if (!flags.ok) return { ok: false, error: { exitCode: 2, lines: [flags.error] } }

  const paths = flags.value.values.get('config') ?? []
  if (paths.length > 1) return { ok: false, error: { exitCode: 2, lines: ['--config: takes one value'] } }
  const file = paths[0] === undefined ? null : readConfigFile(paths[0])
  if (file?.ok === false) return { ok: false, error: { exitCode: 3, lines: file.error } }

  const resolved = resolveConfig({ flags: flags.value.values, environment, file: file?.value.file ?? null, folder })
  if (!resolved.ok) return { ok: false, error: { exitCode: 2, lines: [resolved.error] } }
  return { ok: true, value: { ...resolved.value, warnings: file?.value.warnings ?? [], own: flags.value.own } }
}

type Flags = { readonly values: ReadonlyMap<string, readonly string[]>; readonly own: GivenFlags }

function readFlags(args: readonly string[], own: readonly Flag[]): Result<Flags, string> {
  const withValue = ['config', ...OPTIONS.map((option) => option.name)]
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: argumentTypes([...withValue.map((name) => ({ name, value: 'VALUE' })), ...own]),
  })

  const values = new Map<string, readonly string[]>()
  const given = { values: new Map<string, string[]>(), switches: new Set<string>() }
  for (const token of tokens) {
    if (token.kind === 'positional') return { ok: false, error: `"${token.value}" is not expected here` }
    if (token.kind === 'option-terminator') continue
    const flag = own.find(({ name }) => name === token.name)
    if (flag !== undefined) {
      const problem = takeFlag(flag, token.value, given)
      if (problem !== null) return { ok: false, error: problem }
    } else if (!withValue.includes(token.name)) return { ok: false, error: `${token.rawName} is not an option` }
    else if (token.value === undefined || token.value === '') return { ok: false, error: `${token.rawName} wants a value` }
    else values.set(token.name, [...(values.get(token.name) ?? []), token.value])
  }
  return { ok: true, value: { values, own: new GivenFlags(given.values, given.switches) } }
}

/** The server options as a help text: each with its values, and below what it is for. */
export function serverOptionsHelp(): string {
  const rows = OPTIONS.map((option) => {
    const fallback = option.default.length > 0 ? `default ${option.default.join(', ')}` : option.repeatable ? 'repeatable' : 'none'
    return [`--${option.name} ${option.value}`, `${option.help} (${option.environment}; ${fallback})`] as const
  })
  const all = [...rows, ['--config FILE', 'YAML file with these options, without the dashes'] as const]
  return all.map(([flag, help]) => `${wrapText(flag, 2, '|')}${wrapText(help, 8)}`).join('')
}
