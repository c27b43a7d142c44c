import type { ClusterFeed } from './cluster-feed'
import { clusterNameOf } from './cluster-reader'
import { readManifests } from './kubernetes/manifests/read-manifests'
import { watchManifests } from './kubernetes/manifests/watch-manifests'

/** A file or folder of manifests, read again when something in it changes. */
export function manifestFeed(path: string): ClusterFeed {
  const stopped = new AbortController()
  return {
    origin: path,
    settleMs: 250,
    ready: Promise.resolve(),
    start: (changed) => watchManifests(path, changed, stopped.signal),
    read: async () => {
      const { documents, problems } = await readManifests(path)
      return { documents, problems, name: clusterNameOf(path), source: 'manifests' }
    },
    kinds: () => [],
    stop: () => stopped.abort(),
  }
}
