import type { CommandContext, ExitCode } from './command'

/** Says in one line what is wrong with the arguments, and where the help is. */
export function usageError(command: string, message: string, { stderr }: CommandContext): ExitCode {
  stderr(`sluice ${command}: ${message}; "sluice ${command} --help" lists the options\n`)
  return 2
}
