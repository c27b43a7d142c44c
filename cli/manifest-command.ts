import type { EngineOptions } from '@/lib/policy/engine'
import { readEngineOptions } from './cluster-flags'
import type { Command, CommandContext, ExitCode } from './command'
import { type Flag, type GivenFlags, readFlags } from './flags'
import { InputReport } from './input-report'

/** What a command about manifests works with. */
export type Call = {
  readonly flags: GivenFlags
  readonly options: EngineOptions
  /** Collects what is wrong with the input, and what that makes of the exit code. */
  readonly input: InputReport
  readonly context: CommandContext
  /** Says in one line what is wrong with the arguments, and gives the exit code for it. */
  readonly refuse: (message: string) => ExitCode
}

/** A command that reads manifests: its options, its help, and what it does once they are understood. */
export type ManifestCommand = {
  readonly name: string
  readonly flags: readonly Flag[]
  readonly help: string
  readonly run: (call: Call) => Promise<ExitCode>
}

export function manifestCommand({ name, flags: known, help, run }: ManifestCommand): Command {
  return async (args, context) => {
    const refuse = (message: string): ExitCode => {
      context.stderr(`sluice ${name}: ${message}; "sluice ${name} --help" lists the options\n`)
      return 2
    }
    const flags = readFlags(args, known)
    if (!flags.ok) return refuse(flags.error)
    if (flags.value.has('help')) {
      context.stdout(help)
      return 0
    }
    const options = readEngineOptions(flags.value)
    if (!options.ok) return refuse(options.error)
    return run({ flags: flags.value, options: options.value, input: new InputReport(context), context, refuse })
  }
}
