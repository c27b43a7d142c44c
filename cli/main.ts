import type { Command, CommandContext, ExitCode } from './command'

/** A command of this version: its line in the help, and its code, loaded when it is called. */
type Entry = { readonly usage: string; readonly help: string; readonly load: () => Promise<Command> }

const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'connectivity',
    {
      usage: 'connectivity --manifests PATH|--live',
      help: 'everything that the policies allow',
      load: async () => (await import('./connectivity')).connectivity,
    },
  ],
  [
    'evaluate',
    {
      usage: 'evaluate --manifests PATH|--live --from X --to Y',
      help: 'may X reach Y, and which rule decides; many questions with --queries',
      load: async () => (await import('./evaluate')).evaluate,
    },
  ],
  [
    'diff',
    {
      usage: 'diff --before PATH|--live --after PATH',
      help: 'what a change opens and closes, and which recorded flows it breaks',
      load: async () => (await import('./diff')).diff,
    },
  ],
  [
    'lint',
    {
      usage: 'lint --manifests PATH|--live',
      help: 'what is broken in the policies, or looks like a mistake',
      load: async () => (await import('./lint')).lint,
    },
  ],
  [
    'assert',
    {
      usage: 'assert --manifests PATH|--live --rules FILE',
      help: 'expected reachability as tests',
      load: async () => (await import('./assert')).assert,
    },
  ],
  [
    'bundle',
    {
      usage: 'bundle --manifests PATH|--live --out FILE',
      help: 'a cluster in one file that opens anywhere',
      load: async () => (await import('./bundle')).bundle,
    },
  ],
  [
    'reveal',
    {
      usage: 'reveal --key FILE --text TEXT',
      help: 'what the pseudonyms of a masked bundle stand for',
      load: async () => (await import('./reveal')).reveal,
    },
  ],
  [
    'serve',
    {
      usage: 'serve [options]',
      help: 'run the server and its pages',
      load: async () => (await import('./serve')).serve,
    },
  ],
  [
    'doctor',
    {
      usage: 'doctor [-o text|json] [options]',
      help: 'what the server needs and does not have, and how to mend it',
      load: async () => (await import('./doctor')).doctor,
    },
  ],
  [
    'config',
    {
      usage: 'config print [--origin] [options]',
      help: 'show the settled configuration and where each value came from',
      load: async () => (await import('./config')).config,
    },
  ],
])

const COMMANDS_NOT_IN_THIS_VERSION: readonly string[] = ['suggest']

/** Runs the command line and gives its exit code. */
export async function main(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    context.stdout(helpText())
    return name === undefined ? 2 : 0
  }
  const entry = COMMANDS.get(name)
  if (!entry) {
    const reason = COMMANDS_NOT_IN_THIS_VERSION.includes(name) ? 'is not in this version' : 'is not a command'
    context.stderr(`sluice: "${name}" ${reason}; run "sluice help" for the commands\n`)
    return 2
  }
  const command = await entry.load()
  return command(rest, context)
}

function helpText(): string {
  const entries = [...COMMANDS.values()]
  const width = Math.max(...entries.map((entry) => entry.usage.length))
  const lines = entries.map((entry) => `  ${entry.usage.padEnd(width)}  ${entry.help}`)
  return `Usage: sluice COMMAND\n\n${lines.join('\n')}\n\nEvery command explains its options with --help.\n`
}
