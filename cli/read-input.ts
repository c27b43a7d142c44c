import type { Result } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import { connectionOf } from '@/server/connection-of'
import { readLiveOnce } from '@/server/read-live-once'
import { settleLive } from '@/server/settle-cluster'
import type { ExitCode } from './command'
import type { Flag, GivenFlags } from './flags'
import { BUNDLE_FLAG, loadBundle } from './load-bundle'
import { type LoadedCluster, loadCluster } from './load-cluster'
import type { Call } from './manifest-command'

/** A live cluster or a recording instead of manifests. */
export const LIVE_FLAGS: readonly Flag[] = [
  BUNDLE_FLAG,
  { name: 'live', value: null, help: 'read a live cluster: the one of this pod, else that of the current context' },
  { name: 'context', value: 'NAME', help: 'with --live: context of the kubeconfig' },
  { name: 'kubeconfig', value: 'FILE', help: 'with --live: kubeconfig to read, instead of KUBECONFIG or ~/.kube/config' },
]

/** One sentence about options that do not go together, or about input that is missing; null when there is nothing to say. */
export function inputProblem(flags: GivenFlags): string | null {
  const given = ['live', 'manifests', 'bundle'].filter((name) => flags.has(name))
  if (given.length > 1) return `--${given[0]} and --${given[1]} do not go together`
  return misplacedOption(flags) ?? (given.length === 1 ? null : 'give the input with --manifests PATH, --live or --bundle FILE')
}

/** One sentence about an option that only `--live` understands; null when there is none. */
export function misplacedOption(flags: GivenFlags): string | null {
  const name = ['context', 'kubeconfig'].find((option) => flags.has(option))
  return name === undefined || flags.has('live') ? null : `--${name} goes with --live`
}

/** Reads what a command is about. Where nothing can be answered the error is the exit code; what is wrong was told. */
export async function readInput(call: Call): Promise<Result<LoadedCluster, ExitCode>> {
  const bundle = call.flags.one('bundle')
  if (bundle !== null) return loadBundle(bundle, call.input)
  return call.flags.has('live') ? readLive(call) : { ok: true, value: await loadCluster(call.flags.all('manifests')) }
}

/** Reads a live cluster once. One of which nothing at all could be read is an error. */
async function readLive({ flags, input, context, refuse }: Call): Promise<Result<LoadedCluster, ExitCode>> {
  const contexts = flags.all('context')
  const settled = settleLive(
    { cluster: { kind: 'auto' }, contexts, kubeconfig: flags.one('kubeconfig') },
    context.environment,
    context.folder,
  )
  if (!settled.ok && settled.error.kind === 'usage') return { ok: false, error: refuse(settled.error.message) }
  const settings = settled.ok
    ? connectionOf(settled.value.cluster, context.environment)
    : { ok: false as const, error: settled.error.message }
  if (!settings.ok) {
    context.stderr(`live: ${settings.error}\n`)
    return { ok: false, error: 3 }
  }
  const { documents, problems, unread } = await readLiveOnce(settings.value)
  if (documents.length === 0) {
    input.problems(problems.filter(({ severity }) => severity === 'error'))
    return { ok: false, error: 3 }
  }
  const cluster = readCluster(documents, { name: settings.value.name, source: 'live', unread })
  return { ok: true, value: { cluster, documents, problems: [...problems, ...cluster.problems], isCut: false, recording: null } }
}

/** A cluster with manifests laid over it: of equal objects those of the manifests count. */
export function withManifests(live: LoadedCluster, manifests: LoadedCluster): LoadedCluster {
  const documents = [...live.documents, ...manifests.documents]
  const { name, source, unread } = live.cluster
  const cluster = readCluster(documents, { name, source, unread })
  return { cluster, documents, problems: [...manifests.problems, ...cluster.problems], isCut: manifests.isCut, recording: live.recording }
}
