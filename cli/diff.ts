import { basisOf } from '@/lib/api/report/basis'
import { diffJson } from '@/lib/api/report/diff-json'
import { diffMarkdown } from '@/lib/api/report/diff-md'
import { CHANGE_KINDS, countKinds, type DiffReport } from '@/lib/api/report/diff-report'
import { DIFF_RULES, type DiffPlaces, diffResults } from '@/lib/api/report/diff-sarif'
import { diffText } from '@/lib/api/report/diff-text'
import { sarifText } from '@/lib/api/report/sarif'
import type { Cluster } from '@/lib/model/cluster'
import { firstOrigin, locateRef } from '@/lib/model/locate-ref'
import type { InputProblem } from '@/lib/model/problem'
import { diffConnectivity } from '@/lib/policy/diff-connectivity'
import { compilePolicies, type PolicyEngine } from '@/lib/policy/engine'
import { locateReason } from '@/lib/policy/locate-reason'
import { replayFlows } from '@/lib/review/replay-flows'
import { SLUICE_VERSION } from '@/server/version'
import { ENGINE_FLAGS, HELP_FLAG, LEVEL_FLAG, levelOf, readEngineOptions } from './cluster-flags'
import type { Command } from './command'
import { type Flag, flagsHelp, readFlags } from './flags'
import { InputReport } from './input-report'
import { loadCluster } from './load-cluster'
import { loadFlows } from './load-flows'
import { pathsFrom } from './paths-from'
import { readChoices } from './read-choices'
import { usageError } from './usage-error'
import { writeChunks } from './write-chunks'

const FLAGS: readonly Flag[] = [
  { name: 'before', value: 'PATH', repeatable: true, help: 'manifests as they are: file, folder or - for standard input; repeatable' },
  { name: 'after', value: 'PATH', repeatable: true, help: 'manifests as they would be; repeatable' },
  { name: 'flows', value: 'FILE', repeatable: true, help: 'recorded flows (Hubble JSON lines or our own lines) to replay; repeatable' },
  { name: 'fail-on', value: 'LIST', help: `exit with 1 when one of these is found: ${CHANGE_KINDS.join(', ')}` },
  { ...LEVEL_FLAG, help: 'ends of the connections: workload (the default) or pod' },
  ...ENGINE_FLAGS,
  { name: 'no-external', value: null, help: 'leave addresses outside the cluster out' },
  { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json', 'md', 'sarif'], help: 'text (the default), json, md or sarif' },
  HELP_FLAG,
]

const HELP = `Usage: sluice diff --before PATH --after PATH [--flows FILE] [--fail-on opened,closed,broken] [options]

Which connections a change opens and closes, why, and which recorded flows it would break.

${flagsHelp(FLAGS)}
Examples:
  sluice diff --before main/deploy --after deploy -o md > comment.md
  sluice diff --before live.yaml --after draft.yaml --flows hubble.jsonl --fail-on broken

Exit codes: 0 fine, 1 a change that --fail-on names, 2 usage, 3 some input could not be read (the rest is answered), 4 a
limit was reached.
`

/** `sluice diff`: what a change of manifests opens, closes and breaks. */
export const diff: Command = async (args, context) => {
  const flags = readFlags(args, FLAGS)
  if (!flags.ok) return usageError('diff', flags.error, context)
  if (flags.value.has('help')) {
    context.stdout(HELP)
    return 0
  }
  const options = readEngineOptions(flags.value)
  if (!options.ok) return usageError('diff', options.error, context)
  const failOn = readChoices('fail-on', flags.value.one('fail-on'), CHANGE_KINDS)
  if (!failOn.ok) return usageError('diff', failOn.error, context)
  const [beforePaths, afterPaths, flowPaths] = [flags.value.all('before'), flags.value.all('after'), flags.value.all('flows')]
  if (beforePaths.length === 0 || afterPaths.length === 0) return usageError('diff', 'give both --before PATH and --after PATH', context)
  if ([...beforePaths, ...afterPaths, ...flowPaths].filter((path) => path === '-').length > 1) {
    return usageError('diff', 'standard input can be read once only', context)
  }
  if (failOn.value.has('broken') && flowPaths.length === 0) {
    return usageError('diff', '--fail-on broken needs recorded flows: --flows FILE', context)
  }

  const input = new InputReport(context)
  const problems: InputProblem[] = []
  const load = async (paths: readonly string[]) => {
    const loaded = await loadCluster(paths)
    const engine = compilePolicies(loaded.cluster, options.value)
    problems.push(...loaded.problems, ...engine.problems)
    input.cut(loaded.isCut)
    return { cluster: loaded.cluster, engine }
  }
  const before = await load(beforePaths)
  const after = await load(afterPaths)
  input.problems(problems)
  const { recorded, evidence } = await loadFlows(flowPaths, before.cluster, input)

  const isProfileGiven = options.value.profile !== undefined
  const report: DiffReport = {
    basis: {
      before: basisOf(before.cluster, before.engine, isProfileGiven),
      after: basisOf(after.cluster, after.engine, isProfileGiven),
    },
    diff: diffConnectivity(before.engine, after.engine, { level: levelOf(flags.value), external: !flags.value.has('no-external') }),
    replay: replayFlows(recorded, before.engine, after.engine),
    evidence,
  }
  switch (flags.value.one('output')) {
    case 'json':
      await writeChunks(diffJson(report), context)
      break
    case 'md':
      await writeChunks(diffMarkdown(report), context)
      break
    case 'sarif':
      context.stdout(sarifOf(report, before, after, problems, context.folder))
      break
    default:
      await writeChunks(diffText(report), context)
  }
  const counts = countKinds(report)
  return input.exitCode([...failOn.value].some((kind) => counts[kind] > 0) ? 1 : 0)
}

type Side = { readonly cluster: Cluster; readonly engine: PolicyEngine }

function sarifOf(report: DiffReport, before: Side, after: Side, problems: readonly InputProblem[], folder: string): string {
  const places: DiffPlaces = {
    ofReason: (reason) => locateReason(reason, (reason.at === 'before' ? before : after).engine.policies),
    ofEnd: (ref) => locateRef(ref, after.cluster) ?? locateRef(ref, before.cluster),
    first: firstOrigin(after.cluster),
  }
  return sarifText({
    version: SLUICE_VERSION,
    rules: DIFF_RULES,
    results: diffResults(report, places),
    problems,
    pathOf: pathsFrom(folder),
  })
}
