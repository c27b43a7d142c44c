import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detectFindings } from '@/lib/detect/detect-findings'
import { compilePolicies } from '@/lib/policy/engine'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import { flattenLists } from '../flatten-lists'
import { readCluster } from '../read-cluster'
import { resolveDoors } from '../resolve-doors'
import type { SourceDocument } from '../source-document'
import { InternPool } from './intern-pool'
import { project } from './project'
import { comparable } from './testing/comparable'

const clusters = join(fixturesDir() ?? '', 'clusters')
const folders = fixturesDir() === null ? [] : readdirSync(clusters, { withFileTypes: true }).filter((entry) => entry.isDirectory())
/** Recordings that are no manifests. */
const files = folders.flatMap(({ name }) =>
  readdirSync(join(clusters, name))
    .filter((file) => /\.ya?ml$|^live\.json$/.test(file))
    .map((file) => `${name}/${file}`),
)

/** Items of a live list and documents of a manifest, without their places, which a live object has none of. */
async function documentsOf(file: string): Promise<readonly SourceDocument[]> {
  const { documents } = await readManifests(join(clusters, file))
  return flattenLists(documents).map(({ body }) => ({ body: structuredClone(body), origin: null }))
}

const projected = (documents: readonly SourceDocument[]): readonly SourceDocument[] => {
  const pool = new InternPool()
  return documents.map(({ body, origin }) => ({ body: project(structuredClone(body), pool), origin }))
}

const clusterOf = (documents: readonly SourceDocument[]) => readCluster(documents, { name: 'fixture', source: 'live' })

describe.skipIf(files.length === 0)('the projection of recorded objects', () => {
  test.each(files)('%s: reads as the whole objects do, and what is computed from it is the same', async (file) => {
    const documents = await documentsOf(file)
    const whole = clusterOf(documents)
    const reduced = clusterOf(projected(documents))
    expect(comparable(reduced)).toEqual(comparable(whole))
    expect(comparable(resolveDoors(reduced))).toEqual(comparable(resolveDoors(whole)))
    const findings = (cluster: typeof whole) => detectFindings(cluster, compilePolicies(cluster))
    expect(findings(reduced)).toEqual(findings(whole))
  })

  test.each(files)('%s: projecting twice changes nothing, and no value that must not enter is left', async (file) => {
    for (const { body } of projected(await documentsOf(file))) {
      expect(project(structuredClone(body))).toEqual(body)
      const text = JSON.stringify(body)
      expect(text).not.toMatch(/managedFields|last-applied-configuration/)
    }
  })
})
