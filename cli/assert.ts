import { assertionsJson } from '@/lib/api/report/assertions-json'
import { type AssertionsReport, assertionsText } from '@/lib/api/report/assertions-text'
import { basisOf } from '@/lib/api/report/basis'
import { checkAssertions } from '@/lib/assert/check-assertions'
import { compilePolicies } from '@/lib/policy/engine'
import { fileProblem } from '@/server/kubernetes/manifests/find-manifest-files'
import { ENGINE_FLAGS, HELP_FLAG, MANIFESTS_FLAG, readEngineOptions } from './cluster-flags'
import type { Command } from './command'
import { type Flag, flagsHelp, readFlags } from './flags'
import { InputReport } from './input-report'
import { loadAssertions } from './load-assertions'
import { loadCluster } from './load-cluster'
import { usageError } from './usage-error'
import { writeChunks } from './write-chunks'

const FLAGS: readonly Flag[] = [
  MANIFESTS_FLAG,
  { name: 'rules', value: 'FILE', repeatable: true, help: 'YAML list of expectations; repeatable' },
  ...ENGINE_FLAGS,
  { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'text (the default) or json' },
  HELP_FLAG,
]

const HELP = `Usage: sluice assert --manifests PATH --rules FILE [options]

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
export const assert: Command = async (args, context) => {
  const flags = readFlags(args, FLAGS)
  if (!flags.ok) return usageError('assert', flags.error, context)
  if (flags.value.has('help')) {
    context.stdout(HELP)
    return 0
  }
  const options = readEngineOptions(flags.value)
  if (!options.ok) return usageError('assert', options.error, context)
  const [paths, rulePaths] = [flags.value.all('manifests'), flags.value.all('rules')]
  if (paths.length === 0) return usageError('assert', 'give the input with --manifests PATH', context)
  if (rulePaths.length === 0) return usageError('assert', 'give the expectations with --rules FILE', context)
  if ([...paths, ...rulePaths].filter((path) => path === '-').length > 1) {
    return usageError('assert', 'standard input can be read once only', context)
  }

  const input = new InputReport(context)
  const { cluster, problems, isCut } = await loadCluster(paths)
  const rules = await loadAssertions(rulePaths)
  const engine = compilePolicies(cluster, options.value)
  input.problems([...problems, ...engine.problems, ...rules.problems])
  if (rules.assertions.length === 0 && rules.problems.length === 0) {
    input.problems(rulePaths.map((path) => fileProblem(path, 'there are no rules in this file')))
  }
  input.cut(isCut)

  const report: AssertionsReport = {
    basis: basisOf(cluster, engine, options.value.profile !== undefined),
    checked: checkAssertions(rules.assertions, cluster, engine),
  }
  await writeChunks(flags.value.one('output') === 'json' ? assertionsJson(report) : assertionsText(report), context)
  return input.exitCode(report.checked.every(({ holds }) => holds) ? 0 : 1)
}
