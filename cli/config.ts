import { maskUserinfo } from '@/lib/model/mask-userinfo'
import { formatOrigin } from '../server/config/resolve-config'
import type { Command } from './command'
import type { Flag } from './flags'
import { readServerOptions, serverOptionsHelp } from './read-server-options'

const ORIGIN_FLAG: Flag = { name: 'origin', value: null, help: 'where each value comes from' }

/** `sluice config print`: the settled value of every server option, without users and passwords of URLs. */
export const config: Command = async (args, context) => {
  const [action, ...rest] = args
  if (action === '--help' || action === '-h') {
    context.stdout(`Usage: sluice config print [--origin] [options]\n\n${serverOptionsHelp()}`)
    return 0
  }
  if (action !== 'print') {
    context.stderr('sluice config: say "sluice config print [--origin]"\n')
    return 2
  }
  const options = readServerOptions(rest, [ORIGIN_FLAG], context)
  if (!options.ok) {
    for (const line of options.error.lines) context.stderr(`${line}\n`)
    return options.error.exitCode
  }
  for (const warning of options.value.warnings) context.stderr(`${warning}\n`)
  for (const { name, values, origin } of options.value.options) {
    const shown = values.map(maskUserinfo)
    const line = `${name}: ${shown.length === 1 ? shown[0] : `[${shown.join(', ')}]`}`
    context.stdout(options.value.own.has('origin') ? `${line.padEnd(40)} # ${formatOrigin(origin)}\n` : `${line}\n`)
  }
  return 0
}
