import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import type { Cluster } from '@/lib/model/cluster'
import type { InputProblem } from '@/lib/model/problem'
import { readCluster } from '@/lib/model/read-cluster'
import type { SourceDocument } from '@/lib/model/source-document'
import { fileProblem } from '@/server/kubernetes/manifests/find-manifest-files'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'

export type LoadedCluster = {
  readonly cluster: Cluster
  readonly documents: readonly SourceDocument[]
  /** Problems of files, documents and objects; those of policies are the engine's. */
  readonly problems: readonly InputProblem[]
  /** True when a limit kept something from being read. */
  readonly isCut: boolean
  /** What else a bundle holds; null for everything that is no bundle. */
  readonly recording: ReadRecording | null
}

/**
 * Reads the manifests of files, folders and standard input (`-`) into one cluster. Later paths win on equal objects.
 * Never throws on input; a path in which there is nothing to read is a problem, because a pipe that broke looks like
 * that.
 */
export async function loadCluster(paths: readonly string[]): Promise<LoadedCluster> {
  const documents: SourceDocument[] = []
  const problems: InputProblem[] = []
  let isCut = false
  for (const path of paths) {
    const read = await readManifests(path)
    for (const document of read.documents) documents.push(document)
    problems.push(...read.problems)
    if (read.documents.length === 0 && read.problems.length === 0) problems.push(fileProblem(path, 'no manifests found'))
    isCut ||= read.isCut
  }
  const cluster = readCluster(documents, { name: paths.join(', '), source: 'manifests' })
  return { cluster, documents, problems: [...problems, ...cluster.problems], isCut, recording: null }
}
