import { BUNDLE_LIMITS } from '@/lib/bundle/bundle-limits'
import { bundleLines } from '@/lib/bundle/bundle-lines'
import type { Recording } from '@/lib/bundle/recording'
import { bundleBytes } from '@/server/bundle/write-bundle'
import { SLUICE_VERSION } from '@/server/version'
import { HELP_FLAG, isReadTwice, MANIFESTS_FLAG } from './cluster-flags'
import type { ExitCode } from './command'
import { type Flag, flagsHelp } from './flags'
import type { InputReport } from './input-report'
import type { LoadedCluster } from './load-cluster'
import { manifestCommand } from './manifest-command'
import { maskBundle } from './mask-bundle'
import { inputProblem, LIVE_FLAGS, readInput } from './read-input'
import { recordFlows } from './record-flows'
import { writeBytes } from './write-bytes'

const FLAGS: readonly Flag[] = [
  MANIFESTS_FLAG,
  ...LIVE_FLAGS,
  { name: 'flows', value: 'FILE', repeatable: true, help: 'recorded flows (Hubble JSON lines or our own lines) to put in; repeatable' },
  { name: 'mask', value: null, help: 'pseudonyms for names and addresses; the same ones for the same key' },
  { name: 'key', value: 'FILE', help: 'with --mask: key file to use, made when it is not there (default OUT.key)' },
  { name: 'out', value: 'FILE', help: 'file to write, for example prod.sluice.gz, or - for standard output' },
  HELP_FLAG,
]

const HELP = `Usage: sluice bundle --manifests PATH|--live|--bundle FILE [--flows FILE] [--mask] --out FILE

Writes a cluster into one file that opens anywhere without it: objects, changes and flows, as far as they are looked at.
Data of Secrets and values of environment variables are never in it. With --mask names and addresses are pseudonyms;
the key file that tells what they stand for is never in the bundle, and "sluice reveal" reads it.

${flagsHelp(FLAGS)}
Examples:
  sluice bundle --live --flows hubble.jsonl --out prod.sluice.gz
  sluice bundle --bundle prod.sluice.gz --mask --out for-support.sluice.gz
  sluice serve --cluster bundle:prod.sluice.gz
  sluice lint --bundle prod.sluice.gz

Exit codes: 0 fine, 2 usage, 3 some input could not be read (the rest is in the bundle), 4 a limit was reached.
`

/** `sluice bundle`: a cluster in one file. */
export const bundle = manifestCommand({
  name: 'bundle',
  flags: FLAGS,
  help: HELP,
  run: async (call) => {
    const { flags, input, context, refuse } = call
    const [flowPaths, out] = [flags.all('flows'), flags.one('out')]
    const wrong = inputProblem(flags)
    if (wrong !== null) return refuse(wrong)
    if (out === null) return refuse('say where to write it with --out FILE')
    if (flags.has('bundle') && flowPaths.length > 0) return refuse('--bundle and --flows do not go together: a bundle has its own flows')
    if (flags.has('key') && !flags.has('mask')) return refuse('--key goes with --mask')
    const keyPath = flags.one('key') ?? `${out}.key`
    if (flags.has('mask') && out === '-' && !flags.has('key')) return refuse('--mask to standard output wants --key FILE')
    if (isReadTwice([...flags.all('manifests'), ...flowPaths])) return refuse('standard input can be read once only')

    const loaded = await readInput(call)
    if (!loaded.ok) return loaded.error
    input.problems(loaded.value.problems)
    input.cut(loaded.value.isCut)
    const recording = await recordingOf(loaded.value, flowPaths, input)
    const fail = (message: string): ExitCode => {
      context.stderr(`${message}\n`)
      return 1
    }
    const masked = flags.has('mask') ? await maskBundle(recording, keyPath, context.folder) : null
    if (masked?.ok === false) return fail(masked.error)
    const written = await writeBytes(out, bundleBytes(bundleLines(masked?.value.recording ?? recording)), context)
    if (!written.ok) return fail(`${out}: ${written.error}`)
    const kept = await masked?.value.keep()
    if (kept?.ok === false) return fail(kept.error)
    if (out !== '-') context.stderr(`${out}: ${recording.documents.length} objects, ${written.value} bytes\n`)
    if (masked !== null) context.stderr(`${masked.value.keyPath}: what the pseudonyms stand for; keep it to yourself\n`)
    return input.exitCode(0)
  },
})

async function recordingOf(loaded: LoadedCluster, flowPaths: readonly string[], input: InputReport): Promise<Recording> {
  const { cluster, documents, recording } = loaded
  const now = Date.now()
  const tool = `sluice ${SLUICE_VERSION}`
  if (recording !== null) return { ...recording, header: { ...recording.header, tool, createdAt: now } }
  const { newest, ...traffic } = await recordFlows(flowPaths, cluster, input)
  const recordedAt = newest ?? now
  const { name, source, unread } = cluster
  const header = { createdAt: now, recordedAt, changesSince: recordedAt, tool, cluster: name, source, masked: false, view: '' }
  // What objects cannot be read for is found again in them.
  const problems = loaded.problems.filter((problem) => !cluster.problems.includes(problem)).slice(0, BUNDLE_LIMITS.problems)
  return { header, documents, unread, problems, changes: [], effects: [], ...traffic }
}
