import type { ReadRecording } from '@/lib/bundle/bundle-reader'
import { readBundleFile } from './bundle/read-bundle'
import type { ClusterFeed } from './cluster-feed'
import type { ClusterReading } from './cluster-state'
import type { ClusterChoice } from './config'

/** The cluster of a bundle, as it was. Nothing of it changes. */
export function bundleFeed({ path, name, at, masked }: Extract<ClusterChoice, { kind: 'bundle' }>): ClusterFeed {
  let reading: ClusterReading | null = null
  let recording: ReadRecording | null = null
  return {
    origin: path,
    settleMs: 0,
    ready: Promise.resolve(),
    start: () => undefined,
    read: async () => {
      if (reading !== null) return reading
      recording = await readBundleFile(path)
      const { documents, problems, unread, header } = recording
      reading = { documents, problems, unread, name, source: header.source }
      return reading
    },
    kinds: () => [],
    stop: () => undefined,
    recording: {
      at,
      masked,
      take: () => {
        const taken = recording
        recording = null
        return taken
      },
    },
  }
}
