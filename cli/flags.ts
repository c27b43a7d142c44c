import { parseArgs } from 'node:util'
import type { Result } from '@/lib/model/problem'

/** One option of a command, as it is read and as the help shows it. */
export type Flag = {
  /** Without the dashes. */
  readonly name: string
  /** One letter, for options that have a short form. */
  readonly short?: string
  /** What the help calls its value; null for a switch. */
  readonly value: string | null
  /** Allowed values; left out where any text is. */
  readonly choices?: readonly string[]
  /** May be given several times, and takes several values in a row, as a shell makes of `*.yaml`. */
  readonly repeatable?: boolean
  readonly help: string
}

/** What was given: the values of each option in order, and the switches. */
export class GivenFlags {
  constructor(
    private readonly values: ReadonlyMap<string, readonly string[]>,
    private readonly switches: ReadonlySet<string>,
  ) {}

  all(name: string): readonly string[] {
    return this.values.get(name) ?? []
  }

  one(name: string): string | null {
    return this.all(name)[0] ?? null
  }

  has(name: string): boolean {
    return this.switches.has(name) || this.values.has(name)
  }
}

/** Reads the arguments of a command; the error is one line that says what is wrong with them. */
export function readFlags(args: readonly string[], flags: readonly Flag[]): Result<GivenFlags, string> {
  const known = new Map(flags.map((flag) => [flag.name, flag]))
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: argumentTypes(flags),
  })
  const values = new Map<string, string[]>()
  const switches = new Set<string>()
  let open: Flag | null = null
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (open === null) return { ok: false, error: `"${token.value}" is not expected here` }
      takeValue(open, token.value, values)
      continue
    }
    const flag = known.get(token.name)
    if (flag === undefined) return { ok: false, error: `${token.rawName} is not an option` }
    const problem = takeFlag(flag, token.value, { values, switches })
    if (problem !== null) return { ok: false, error: problem }
    open = flag.repeatable === true ? flag : null
  }
  return { ok: true, value: new GivenFlags(values, switches) }
}

type Given = { readonly values: Map<string, string[]>; readonly switches: Set<string> }

/** Takes one option that was given; returns what is wrong with it. */
export function takeFlag(flag: Flag, value: string | undefined, { values, switches }: Given): string | null {
  return flag.value === null ? takeSwitch(flag, value, switches) : takeValue(flag, value, values)
}

/** For `parseArgs`: which options take a value, and their short forms. */
export function argumentTypes(flags: readonly Pick<Flag, 'name' | 'value' | 'short'>[]) {
  return Object.fromEntries(
    flags.map(({ name, value, short }) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const), multiple: true, ...(short === undefined ? {} : { short }) },
    ]),
  )
}

function takeSwitch(flag: Flag, value: string | undefined, switches: Set<string>): string | null {
  if (value !== undefined) return `--${flag.name} takes no value`
  switches.add(flag.name)
  return null
}

function takeValue(flag: Flag, value: string | undefined, values: Map<string, string[]>): string | null {
  if (value === undefined || value === '') return `--${flag.name} wants a value: ${flag.value}`
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    return `--${flag.name} must be one of ${flag.choices.join(', ')}, not "${value}"`
  }
  const given = values.get(flag.name)
  if (given === undefined) values.set(flag.name, [value])
  else if (flag.repeatable === true) given.push(value)
  else return `--${flag.name} is given twice`
  return null
}

/** The options as lines of a help text. */
export function flagsHelp(flags: readonly Flag[]): string {
  const rows = flags.map((flag) => {
    const short = flag.short === undefined ? '' : `-${flag.short}, `
    return [`${short}--${flag.name}${flag.value === null ? '' : ` ${flag.value}`}`, flag.help] as const
  })
  const width = Math.max(...rows.map(([flag]) => flag.length))
  return rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}\n`).join('')
}
