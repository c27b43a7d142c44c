import { findingsJson } from '@/lib/api/report/findings-json'
import { countFindings, type FindingsReport } from '@/lib/api/report/findings-report'
import { findingResults, findingRules } from '@/lib/api/report/findings-sarif'
import { findingsText } from '@/lib/api/report/findings-text'
import { sarifText } from '@/lib/api/report/sarif'
import { type Circumstances, ONLY_OBJECTS } from '@/lib/detect/circumstances'
import { detectFindings } from '@/lib/detect/detect-findings'
import { DETECTORS } from '@/lib/detect/detectors'
import { firstOrigin, locateRef } from '@/lib/model/locate-ref'
import { SLUICE_VERSION } from '@/server/version'
import { ENGINE_FLAGS, HELP_FLAG, MANIFESTS_FLAG } from './cluster-flags'
import { type Flag, flagsHelp } from './flags'
import { manifestCommand } from './manifest-command'
import { openCluster } from './open-cluster'
import { pathsFrom } from './paths-from'
import { inputProblem, LIVE_FLAGS, readInput } from './read-input'
import { writeChunks } from './write-chunks'

const FLAGS: readonly Flag[] = [
  MANIFESTS_FLAG,
  ...LIVE_FLAGS,
  ...ENGINE_FLAGS,
  {
    name: 'fail-on',
    value: 'SEVERITY',
    choices: ['error', 'warning', 'none'],
    help: 'exit with 1 for errors only, for warnings too (the default), or never',
  },
  { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json', 'sarif'], help: 'text (the default), json or sarif' },
  HELP_FLAG,
]

const HELP = `Usage: sluice lint --manifests PATH|--live|--bundle FILE [--fail-on error|warning] [options]

What is broken in Services, entries, pods and policies, or looks like a mistake.

${flagsHelp(FLAGS)}
Examples:
  sluice lint --manifests deploy/
  kustomize build overlays/prod | sluice lint --manifests - -o sarif > sluice.sarif

Exit codes: 0 nothing that --fail-on names, 1 findings, 2 usage, 3 some input could not be read (the rest is judged), 4 a
limit was reached.
`

/** `sluice lint`: misconfigurations, with detector ids. */
export const lint = manifestCommand({
  name: 'lint',
  flags: FLAGS,
  help: HELP,
  run: async (call) => {
    const { flags, input, context, refuse } = call
    const wrong = inputProblem(flags)
    if (wrong !== null) return refuse(wrong)

    const loaded = await readInput(call)
    if (!loaded.ok) return loaded.error
    const { cluster, documents, engine, basis, problems } = openCluster(loaded.value, call)
    const circumstances = cluster.source === 'live' ? atMoment(loaded.value.recording?.header.recordedAt ?? Date.now()) : ONLY_OBJECTS
    const findings = detectFindings(cluster, engine, circumstances, documents)
    const report: FindingsReport = { basis, findings, detectors: [...DETECTORS.values()] }
    switch (flags.one('output')) {
      case 'json':
        await writeChunks(findingsJson(report), context)
        break
      case 'sarif':
        context.stdout(
          sarifText({
            version: SLUICE_VERSION,
            rules: findingRules(report),
            results: findingResults(report, ({ ref }) => locateRef(ref, cluster) ?? firstOrigin(cluster)),
            problems,
            pathOf: pathsFrom(context.folder),
          }),
        )
        break
      default:
        await writeChunks(findingsText(report), context)
    }
    const { error, warning } = countFindings(report.findings)
    const failing = { error, warning: error + warning, none: 0 }[flags.one('fail-on') ?? 'warning'] ?? 0
    return input.exitCode(failing > 0 ? 1 : 0)
  },
})

/** Objects of a running cluster have an age. Traffic is not looked at, and nobody said that it should be. */
function atMoment(now: number): Circumstances {
  return { now, traffic: { edges: [], from: now, to: now, lookups: [] } }
}
