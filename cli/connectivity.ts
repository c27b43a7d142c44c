import { connectivityCsv } from '@/lib/api/report/connectivity-csv'
import { connectivityDot } from '@/lib/api/report/connectivity-dot'
import { connectivityJson } from '@/lib/api/report/connectivity-json'
import { connectivityMarkdown } from '@/lib/api/report/connectivity-md'
import { connectivityMermaid } from '@/lib/api/report/connectivity-mermaid'
import { type ConnectivityReport, joinRows, orderRows, RowLimit } from '@/lib/api/report/connectivity-report'
import { connectivityText } from '@/lib/api/report/connectivity-text'
import { sortedConnections, sortedUnknown } from '@/lib/api/report/sort-rows'
import { ENGINE_FLAGS, HELP_FLAG, LEVEL_FLAG, levelOf, MANIFESTS_FLAG } from './cluster-flags'
import { type Flag, flagsHelp } from './flags'
import { manifestCommand } from './manifest-command'
import { openCluster } from './open-cluster'
import { inputProblem, LIVE_FLAGS, readInput } from './read-input'
import { writeChunks } from './write-chunks'

type Renderer = {
  readonly render: (report: ConnectivityReport) => Iterable<string>
  /** True for readers who need not tell IPv4 from IPv6 where both have the same. */
  readonly isForPeople: boolean
}

const TEXT: Renderer = { render: connectivityText, isForPeople: true }
const RENDERERS: ReadonlyMap<string, Renderer> = new Map([
  ['text', TEXT],
  ['json', { render: connectivityJson, isForPeople: false }],
  ['csv', { render: connectivityCsv, isForPeople: false }],
  ['md', { render: connectivityMarkdown, isForPeople: true }],
  ['dot', { render: connectivityDot, isForPeople: true }],
  ['mermaid', { render: connectivityMermaid, isForPeople: true }],
])

/** About 400 MB of JSON: more than anyone reads, and still a file. */
const DEFAULT_MAX_ROWS = 5_000_000

const FLAGS: readonly Flag[] = [
  MANIFESTS_FLAG,
  ...LIVE_FLAGS,
  { ...LEVEL_FLAG, help: 'ends of the connections: workload (the default) or pod' },
  ...ENGINE_FLAGS,
  { name: 'no-external', value: null, help: 'leave addresses outside the cluster out' },
  { name: 'max-rows', value: 'N', help: `rows after which the list is cut, with exit code 4 (default ${DEFAULT_MAX_ROWS})` },
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT',
    choices: [...RENDERERS.keys()],
    help: 'text (the default), json, csv, md, dot or mermaid',
  },
  HELP_FLAG,
]

const HELP = `Usage: sluice connectivity --manifests PATH|--live|--bundle FILE [options]

Everything that the policies allow. A pair that is not listed has no allowed connection.

${flagsHelp(FLAGS)}
Examples:
  sluice connectivity --manifests deploy/
  helm template . | sluice connectivity --manifests - -o mermaid

Exit codes: 0 fine, 2 usage, 3 some input could not be read (the rest is answered), 4 a limit was reached.
`

/** `sluice connectivity`: everything the policies allow. */
export const connectivity = manifestCommand({
  name: 'connectivity',
  flags: FLAGS,
  help: HELP,
  run: async (call) => {
    const { flags, input, context, refuse } = call
    const wrong = inputProblem(flags)
    if (wrong !== null) return refuse(wrong)
    const maxRows = Number(flags.one('max-rows') ?? DEFAULT_MAX_ROWS)
    if (!Number.isSafeInteger(maxRows) || maxRows < 1) return refuse('--max-rows wants a whole number above 0')

    const loaded = await readInput(call)
    if (!loaded.ok) return loaded.error
    const { engine, basis } = openCluster(loaded.value, call)
    const level = levelOf(flags)
    const found = engine.connectivity(level, { external: !flags.has('no-external') })
    const limit = new RowLimit(maxRows)
    const { render, isForPeople } = RENDERERS.get(flags.one('output') ?? 'text') ?? TEXT
    const [connections, unknown] = isForPeople
      ? [orderRows(joinRows(found.rows())), orderRows(joinRows(found.unknownRows()))]
      : [sortedConnections(found), sortedUnknown(found)]
    const report: ConnectivityReport = {
      level,
      basis,
      ends: found.ends,
      connections: limit.take(connections),
      unknown: limit.take(unknown),
      isCut: () => limit.isCut,
    }
    await writeChunks(render(report), context)
    if (limit.isCut) input.limit(`sluice connectivity: more than ${maxRows} rows; the rest is left out (--max-rows N)`)
    return input.exitCode(0)
  },
})
