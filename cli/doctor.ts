import { doctorJson, doctorText } from '@/lib/api/report/doctor-report'
import { examine } from '../server/doctor/examine'
import type { Command } from './command'
import { type Flag, flagsHelp } from './flags'
import { readServerOptions, serverOptionsHelp } from './read-server-options'

const OUTPUT_FLAG: Flag = {
  name: 'output',
  short: 'o',
  value: 'FORMAT',
  choices: ['text', 'json'],
  help: 'text (the default) or json',
}

const HELP = `Usage: sluice doctor [-o text|json] [options]

Looks at what a server with the same options needs: the API server and its clock, credentials, rights for every kind,
the network plugin, flow sources and the store. Each line that is not fine says what to do.

${flagsHelp([OUTPUT_FLAG])}
${serverOptionsHelp()}
Exit codes: 0 no problem, 1 a problem, 2 usage, 3 the configuration file cannot be read.
`

/** `sluice doctor`: what is wrong, and how to mend it. */
export const doctor: Command = async (args, context) => {
  if (args.includes('--help') || args.includes('-h')) {
    context.stdout(HELP)
    return 0
  }
  const options = readServerOptions(args, [OUTPUT_FLAG], context)
  if (!options.ok) {
    for (const line of options.error.lines) context.stderr(`${line}\n`)
    return options.error.exitCode
  }
  for (const warning of options.value.warnings) context.stderr(`${warning}\n`)
  const { environment, folder } = context
  const checks = await examine(options.value.wish, { environment, folder, now: Date.now })
  context.stdout(options.value.own.one('output') === 'json' ? doctorJson(checks) : doctorText(checks))
  return checks.some(({ state }) => state === 'problem') ? 1 : 0
}
