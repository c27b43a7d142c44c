import { BundleProblem } from '@/lib/bundle/bundle-problem'
import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import type { InputProblem, Result } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import { readBundleFile } from '@/server/bundle/read-bundle'
import type { ExitCode } from './command'
import type { Flag } from './flags'
import type { InputReport } from './input-report'
import type { LoadedCluster } from './load-cluster'

export const BUNDLE_FLAG: Flag = { name: 'bundle', value: 'FILE', help: 'a recording that "sluice bundle" wrote, or - for standard input' }

/** A cluster from a bundle, with everything else that is in it. */
type LoadedBundle = LoadedCluster & { readonly recording: ReadRecording }

/** Opens a bundle. Where it cannot be opened the error is the exit code, and why was told. */
export async function loadBundle(path: string, input: InputReport): Promise<Result<LoadedBundle, ExitCode>> {
  let recording: ReadRecording
  try {
    recording = await readBundleFile(path)
  } catch (error) {
    if (!(error instanceof BundleProblem)) throw error
    input.problems([{ file: path, line: error.line ?? 1, column: 1, severity: 'error', message: error.message }])
    return { ok: false, error: error.fault === 'too-large' ? 4 : 3 }
  }
  const { header, documents, unread, problems, ignored } = recording
  const cluster = readCluster(documents, { name: header.cluster, source: header.source, unread })
  const told: InputProblem[] = [...problems, ...cluster.problems]
  for (const [kind, count] of ignored) {
    const message = `${count} lines of the kind "${kind}" mean nothing to this version and were left out`
    told.push({ file: path, line: 1, column: 1, severity: 'warning', message })
  }
  return { ok: true, value: { cluster, documents, problems: told, isCut: false, recording } }
}

/** True for a path that names a bundle by its end. */
export function isBundlePath(path: string): boolean {
  return path.endsWith('.sluice.gz')
}
