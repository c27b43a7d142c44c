import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type MaskedRecording, maskRecording } from '@/lib/bundle/mask/mask-recording'
import { aRecording } from '@/lib/bundle/testing/a-recording'
import { ONLY_OBJECTS } from '@/lib/detect/circumstances'
import { detectFindings } from '@/lib/detect/detect-findings'
import { readCluster, type SourceDocument } from '@/lib/model/read-cluster'
import { detectNetwork } from '@/lib/platform/network/detect-network'
import { compilePolicies } from '@/lib/policy/engine'
import { fixturesDir } from '@/testing/fixtures'
import { readManifests } from '../kubernetes/manifests/read-manifests'

const DEMO = join(process.cwd(), 'server/demo/cluster')
const dir = fixturesDir()
const recorded = dir === null ? [] : readdirSync(join(dir, 'clusters'), { withFileTypes: true })
const folders = [DEMO, ...recorded.filter((entry) => entry.isDirectory()).map(({ name }) => join(dir ?? '', 'clusters', name))]

/** What is said of a cluster, with every name as `rename` gives it. */
function saidOf(documents: readonly SourceDocument[], rename: (ref: string) => string) {
  const cluster = readCluster(documents, { name: 'test', source: 'manifests' })
  const engine = compilePolicies(cluster)
  const found = engine.connectivity('workload', { external: false })
  return {
    network: detectNetwork(cluster).name,
    profile: engine.profile,
    workloads: [...cluster.workloads.keys()].map(rename).sort(),
    connections: [...found.rows()].map(({ src, dst, conns }) => `${rename(src)} ${rename(dst)} ${JSON.stringify(conns)}`).sort(),
    unknown: [...found.unknownRows()].map(({ src, dst, reason }) => `${rename(src)} ${rename(dst)} ${reason}`).sort(),
    findings: detectFindings(cluster, engine, ONLY_OBJECTS, documents)
      .map(
        ({ id, severity, object, field }) =>
          `${id} ${severity} ${rename(object.ref)} ${String(field).replace(/matchLabels\..*/, 'matchLabels')}`,
      )
      .sort(),
  }
}

describe('a masked cluster is the same cluster with other names', () => {
  test.each(folders.map((path) => [path.slice(path.lastIndexOf('/') + 1), path]))(
    '%s',
    async (_name, path) => {
      const { documents } = await readManifests(path)
      // Lines are of the text that was there, and a masked cluster has none.
      const unplaced = documents.map(({ body }) => ({ body, origin: null }))
      const { recording, mask }: MaskedRecording = maskRecording(aRecording({ documents: unplaced }), (text) =>
        createHmac('sha256', 'a key').update(text).digest(),
      )
      expect(saidOf(recording.documents, (ref) => ref)).toEqual(saidOf(unplaced, (ref) => mask.text(ref)))
    },
    60_000,
  )
})
