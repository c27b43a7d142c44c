import { resolve } from 'node:path'
import { AddressMask } from '@/lib/bundle/mask/mask-address'
import { revealText } from '@/lib/bundle/mask/reveal-text'
import { HELP_FLAG } from './cluster-flags'
import type { Command, ExitCode } from './command'
import { type Flag, flagsHelp, readFlags } from './flags'
import { digestOf, readMaskKey } from './mask-key'
import { readLines } from './read-lines'

const FLAGS: readonly Flag[] = [
  { name: 'key', value: 'FILE', help: 'the key file that "sluice bundle --mask" wrote' },
  {
    name: 'text',
    value: 'TEXT',
    repeatable: true,
    help: 'names, addresses or whole sentences about the masked bundle; - for standard input',
  },
  HELP_FLAG,
]

const HELP = `Usage: sluice reveal --key FILE --text TEXT

Puts the real names and addresses back into what somebody says of a masked bundle.

${flagsHelp(FLAGS)}
Examples:
  sluice reveal --key prod.sluice.gz.key --text 'bafodulizo/radujimopa[Deployment]' 10.77.3.201
  sluice lint --bundle prod.sluice.gz | sluice reveal --key prod.sluice.gz.key --text -

Exit codes: 0 fine, 2 usage, 3 the key cannot be read.
`

const MAX_LINE_BYTES = 4 * 1024 * 1024

/** `sluice reveal`: what the pseudonyms of a masked bundle stand for. */
export const reveal: Command = async (args, context) => {
  const refuse = (message: string): ExitCode => {
    context.stderr(`sluice reveal: ${message}; "sluice reveal --help" lists the options\n`)
    return 2
  }
  const flags = readFlags(args, FLAGS)
  if (!flags.ok) return refuse(flags.error)
  if (flags.value.has('help')) {
    context.stdout(HELP)
    return 0
  }
  const [path, texts] = [flags.value.one('key'), flags.value.all('text')]
  if (path === null || texts.length === 0) return refuse('give both --key FILE and --text TEXT')
  const key = await readMaskKey(resolve(context.folder, path))
  if (!key.ok || key.value === null) {
    context.stderr(`${path}: ${key.ok ? 'no such file' : key.error}\n`)
    return 3
  }
  const { words } = key.value
  const addresses = new AddressMask(digestOf(key.value))
  for (const text of texts) {
    if (text !== '-') context.stdout(`${revealText(text, words, addresses)}\n`)
    else {
      for await (const read of readLines('-', MAX_LINE_BYTES)) {
        if (read.ok && read.value.text !== null) context.stdout(`${revealText(read.value.text, words, addresses)}\n`)
        if (!(await context.drained())) break
      }
    }
  }
  return 0
}
