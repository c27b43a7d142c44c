import { assertionsJson } from '@/lib/api/report/assertions-json'
import { type AssertionsReport, assertionsText } from '@/lib/api/report/assertions-text'
import { checkAssertions } from '@/lib/assert/check-assertions'
import { fileProblem } from '@/server/kubernetes/manifests/find-manifest-files'
import { ENGINE_FLAGS, HELP_FLAG, isReadTwice, MANIFESTS_FLAG } from './cluster-flags'
import { type Flag, flagsHelp } from './flags'
import { loadAssertions } from './load-assertions'
import { manifestCommand } from './manifest-command'
import { openCluster } from './open-cluster'
import { inputProblem, LIVE_FLAGS, readInput } from './read-input'
import { writeChunks } from './write-chunks'

const FLAGS: readonly Flag[] = [
  MANIFESTS_FLAG,
  ...LIVE_FLAGS,
  { name: 'rules', value: 'FILE', repeatable: true, help: 'YAML list of expectations; repeatable' },
  ...ENGINE_FLAGS,
  { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'text (the default) or json' },
  HELP_FLAG,
]

const HELP = `Usage: sluice assert --manifests PATH|--live|--bundle FILE --rules FILE [options]

Expected reachability as tests. A rule that fails says which pair and which policy rule.

${flagsHelp(FLAGS)}
Rules:
  - name: the shop's web tier reaches the cart
    from: shop/web
    to: svc:shop/cart
    port: 80
    expect: allowed
  - name: dev never reaches payments
    deny: { from: dev, to: prod/payments }

from and to are names as "sluice evaluate" takes them, NS/NAME for a workload of any kind, a list of such names, or "*"
for every namespace. Left out, port means every port, and protocol means TCP where a connection is expected and every
protocol where none is.

Exit codes: 0 every rule holds, 1 a rule fails, 2 usage, 3 some input could not be read (the rest is checked), 4 a limit
was reached.
`

/** `sluice assert`: expected reachability as tests. */
export const assert = manifestCommand({
  name: 'assert',
  flags: FLAGS,
  help: HELP,
  run: async (call) => {
    const { flags, input, context, refuse } = call
    const [paths, rulePaths] = [flags.all('manifests'), flags.all('rules')]
    const wrong = inputProblem(flags)
    if (wrong !== null) return refuse(wrong)
    if (rulePaths.length === 0) return refuse('give the expectations with --rules FILE')
    if (isReadTwice([...paths, ...rulePaths])) return refuse('standard input can be read once only')

    const loaded = await readInput(call)
    if (!loaded.ok) return loaded.error
    const { cluster, engine, basis } = openCluster(loaded.value, call)
    const rules = await loadAssertions(rulePaths)
    input.problems(rules.problems)
    if (rules.assertions.length === 0 && rules.problems.length === 0) {
      input.problems(rulePaths.map((path) => fileProblem(path, 'there are no rules in this file')))
    }
    const report: AssertionsReport = { basis, checked: checkAssertions(rules.assertions, cluster, engine) }
    await writeChunks(flags.one('output') === 'json' ? assertionsJson(report) : assertionsText(report), context)
    return input.exitCode(report.checked.every(({ holds }) => holds) ? 0 : 1)
  },
})
