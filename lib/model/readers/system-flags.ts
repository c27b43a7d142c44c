import type { Fields } from '../fields'
import { type Labels, NO_LABELS } from '../labels'
import { flagOf, keptFlags, systemProgram } from '../projection/program-flags'

const MAX_LENGTH = 200

/** The known options of a known program: `--name=value`, `--name value`, and `--name` for true. The last one counts. */
export function readSystemFlags(container: Fields): Labels {
  const program = systemProgram(container.get('image'), container.get('command'))
  if (program === null) return NO_LABELS
  const words = keptFlags(program, [...container.strings('command'), ...container.strings('args')])
  const flags = new Map<string, string>()
  words.forEach((word, index) => {
    const name = flagOf(word)
    if (name === null) return
    const next = words[index + 1]
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : next === undefined || flagOf(next) !== null ? 'true' : next
    flags.set(name.toLowerCase(), value.slice(0, MAX_LENGTH))
  })
  return flags.size === 0 ? NO_LABELS : flags
}
