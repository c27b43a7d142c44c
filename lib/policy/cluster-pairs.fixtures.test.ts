import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { fixturesDir } from '@/testing/fixtures'
import { readCluster, type SourceDocument } from '../model/read-cluster'
import { compilePolicies } from './engine'

const root = fixturesDir()

/** Ordered pairs of workloads that NetworkPolicies let talk on at least one port. */
const PAIRS: readonly (readonly [folder: string, pairs: number, pairsOfRecording: number, defaultNamespace: string])[] = [
  ['online-boutique', 26, 26, 'default'],
  // The recording has no kube-system, and its Job has finished.
  ['sock-shop', 231, 119, 'default'],
  ['argocd', 39, 39, 'argocd'],
  ['calico-stars', 29, 29, 'default'],
  ['podtato-head', 30, 30, 'default'],
  ['kube-prometheus', 4, 4, 'default'],
]

function documentsOf(folder: string, extension: string): readonly SourceDocument[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const bodies: readonly unknown[] =
        extension === '.json' ? [JSON.parse(text)] : parseAllDocuments(text).map((document) => document.toJS())
      return bodies.map((body) => ({ body, origin: { file, line: 1, column: 1 } }))
    })
}

describe.skipIf(root === null)('workload pairs of real clusters', () => {
  test.each(PAIRS)('%s has %i allowed pairs', (name, pairs, pairsOfRecording, defaultNamespace) => {
    const folder = join(root ?? '', 'clusters', name)
    for (const extension of ['.yaml', '.json']) {
      const cluster = readCluster(documentsOf(folder, extension), { name, source: 'manifests', defaultNamespace })
      const engine = compilePolicies(cluster, { profile: 'kubernetes' })
      const { connections, unknown } = engine.connectivity('workload', { external: false })
      expect([extension, connections.length, unknown.length]).toEqual([extension, extension === '.yaml' ? pairs : pairsOfRecording, 0])
    }
  })
})
