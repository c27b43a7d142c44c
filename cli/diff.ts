import { diffJson } from '@/lib/api/report/diff-json'
import { diffMarkdown } from '@/lib/api/report/diff-md'
import { CHANGE_KINDS, countKinds, type DiffReport } from '@/lib/api/report/diff-report'
import { DIFF_RULES, type DiffPlaces, diffResults } from '@/lib/api/report/diff-sarif'
import { diffText } from '@/lib/api/report/diff-text'
import { sarifText } from '@/lib/api/report/sarif'
import { firstOrigin, locateRef } from '@/lib/model/locate-ref'
import type { Result } from '@/lib/model/problem'
import { diffConnectivity } from '@/lib/policy/diff/diff-connectivity'
import { locateReason } from '@/lib/policy/locate-reason'
import { replayFlows } from '@/lib/review/replay-flows'
import { SLUICE_VERSION } from '@/server/version'
import { ENGINE_FLAGS, HELP_FLAG, isReadTwice, LEVEL_FLAG, levelOf } from './cluster-flags'
import type { ExitCode } from './command'
import { type Flag, flagsHelp } from './flags'
import { isBundlePath, loadBundle } from './load-bundle'
import { type LoadedCluster, loadCluster } from './load-cluster'
import { flowsOfRecording, loadFlows } from './load-flows'
import { type Call, manifestCommand } from './manifest-command'
import { type OpenCluster, openCluster } from './open-cluster'
import { pathsFrom } from './paths-from'
import { readChoices } from './read-choices'
import { LIVE_FLAGS, misplacedOption, readInput, withManifests } from './read-input'
import { writeChunks } from './write-chunks'

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['live', 'compare with a live cluster instead of --before'],
  ['bundle', 'compare with a recording instead of --before, and replay its flows'],
])

const FLAGS: readonly Flag[] = [
  { name: 'before', value: 'PATH', repeatable: true, help: 'manifests as they are: file, folder or - for standard input; repeatable' },
  {
    name: 'after',
    value: 'PATH',
    repeatable: true,
    help: 'manifests as they would be; with --live those that would be applied; repeatable',
  },
  ...LIVE_FLAGS.map((flag) => ({ ...flag, help: INSTEAD.get(flag.name) ?? flag.help })),
  { name: 'flows', value: 'FILE', repeatable: true, help: 'recorded flows (Hubble JSON lines or our own lines) to replay; repeatable' },
  { name: 'fail-on', value: 'LIST', help: `exit with 1 when one of these is found: ${CHANGE_KINDS.join(', ')}` },
  { ...LEVEL_FLAG, help: 'ends of the connections: workload (the default) or pod' },
  ...ENGINE_FLAGS,
  { name: 'no-external', value: null, help: 'leave addresses outside the cluster out' },
  { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json', 'md', 'sarif'], help: 'text (the default), json, md or sarif' },
  HELP_FLAG,
]

const HELP = `Usage: sluice diff --before PATH|--live|--bundle FILE --after PATH [--flows FILE] [--fail-on opened,closed,broken] [options]

Which connections a change opens and closes, why, and which recorded flows it would break.

${flagsHelp(FLAGS)}
Examples:
  sluice diff --before main/deploy --after deploy -o md > comment.md
  sluice diff --live --after draft.yaml --flows hubble.jsonl --fail-on broken

Exit codes: 0 fine, 1 a change that --fail-on names, 2 usage, 3 some input could not be read (the rest is answered), 4 a
limit was reached.
`

/** `sluice diff`: what a change of manifests opens, closes and breaks. */
export const diff = manifestCommand({
  name: 'diff',
  flags: FLAGS,
  help: HELP,
  run: async (call) => {
    const { flags, input, context, refuse } = call
    const failOn = readChoices('fail-on', flags.one('fail-on'), CHANGE_KINDS)
    if (!failOn.ok) return refuse(failOn.error)
    const [beforePaths, afterPaths, flowPaths] = [flags.all('before'), flags.all('after'), flags.all('flows')]
    const [other] = ['live', 'bundle'].filter((name) => flags.has(name))
    if (other !== undefined && beforePaths.length > 0) return refuse(`--${other} and --before do not go together`)
    if (flags.has('live') && flags.has('bundle')) return refuse('--live and --bundle do not go together')
    const misplaced = misplacedOption(flags)
    if (misplaced !== null) return refuse(misplaced)
    if ((beforePaths.length === 0 && other === undefined) || afterPaths.length === 0)
      return refuse('give both --before PATH (or --live, or --bundle FILE) and --after PATH')
    if ([beforePaths, afterPaths].some((paths) => paths.length > 1 && paths.some(isBundlePath)))
      return refuse('a bundle is a whole cluster: nothing else goes with it')
    if (isReadTwice([...beforePaths, ...afterPaths, ...flowPaths])) return refuse('standard input can be read once only')
    const hasFlows = flowPaths.length > 0 || flags.has('bundle') || beforePaths.some(isBundlePath)
    if (failOn.value.has('broken') && !hasFlows) return refuse('--fail-on broken needs recorded flows: --flows FILE')

    const loaded = other === undefined ? await readSide(beforePaths, call) : await readInput(call)
    if (!loaded.ok) return loaded.error
    const changed = await readSide(afterPaths, call)
    if (!changed.ok) return changed.error
    const before = openCluster(loaded.value, call)
    const isWhole = other === undefined || changed.value.recording !== null
    const after = openCluster(isWhole ? changed.value : withManifests(loaded.value, changed.value), call)
    const { recording } = loaded.value
    const { recorded, evidence } =
      recording !== null && flowPaths.length === 0
        ? flowsOfRecording(recording, before.cluster)
        : await loadFlows(flowPaths, before.cluster, input)
    const report: DiffReport = {
      basis: { before: before.basis, after: after.basis },
      diff: diffConnectivity(before.engine, after.engine, { level: levelOf(flags), external: !flags.has('no-external') }),
      replay: replayFlows(recorded, before.engine, after.engine),
      evidence,
    }
    await writeChunks(rendered(report, before, after, call), context)
    const counts = countKinds(report)
    return input.exitCode([...failOn.value].some((kind) => counts[kind] > 0) ? 1 : 0)
  },
})

/** One side of a comparison: manifests, or a bundle. */
async function readSide(paths: readonly string[], { input }: Call): Promise<Result<LoadedCluster, ExitCode>> {
  const [path = ''] = paths
  return isBundlePath(path) ? loadBundle(path, input) : { ok: true, value: await loadCluster(paths) }
}

function rendered(report: DiffReport, before: OpenCluster, after: OpenCluster, { flags, context }: Call): Iterable<string> {
  switch (flags.one('output')) {
    case 'json':
      return diffJson(report)
    case 'md':
      return diffMarkdown(report)
    case 'sarif':
      return [sarifOf(report, before, after, context.folder)]
    default:
      return diffText(report)
  }
}

function sarifOf(report: DiffReport, before: OpenCluster, after: OpenCluster, folder: string): string {
  const places: DiffPlaces = {
    ofReason: (reason) => locateReason(reason, (reason.at === 'before' ? before : after).engine.policies),
    ofEnd: (ref) => locateRef(ref, after.cluster) ?? locateRef(ref, before.cluster),
    first: firstOrigin(after.cluster),
  }
  return sarifText({
    version: SLUICE_VERSION,
    rules: DIFF_RULES,
    results: diffResults(report, places),
    problems: [...before.problems, ...after.problems],
    pathOf: pathsFrom(folder),
  })
}
