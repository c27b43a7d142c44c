import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readManifests } from '@/server/kubernetes/manifests/read-manifests'
import { fixturesDir } from '@/testing/fixtures'
import { flattenLists } from './flatten-lists'
import { readCluster, readClusterAgain, type SourceDocument } from './read-cluster'
import { writtenCluster } from './testing/written-cluster'

const clusters = join(fixturesDir() ?? '', 'clusters')
const folders = fixturesDir() === null ? [] : readdirSync(clusters, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const files = folders.flatMap(({ name }) =>
  readdirSync(join(clusters, name))
    .filter((file) => /\.ya?ml$|^live\.json$/.test(file))
    .map((file) => `${name}/${file}`),
)
const OPTIONS = { name: 'fixture', source: 'live' } as const

describe.skipIf(files.length === 0)('recorded objects that come, change and go', () => {
  test.each(files)('%s: read one change after the other, they are the cluster that a fresh reading gives', async (file) => {
    const { documents } = await readManifests(join(clusters, file))
    const all: readonly SourceDocument[] = flattenLists(documents).map(({ body }) => ({ body, origin: null }))
    let held: readonly SourceDocument[] = []
    let reading = readClusterAgain(held, OPTIONS, null)
    const follow = (next: readonly SourceDocument[]): void => {
      held = next
      reading = readClusterAgain(held, OPTIONS, reading)
      expect(writtenCluster(reading.cluster)).toBe(writtenCluster(readCluster(held, OPTIONS)))
    }
    // Not every place, for the time that it takes; the steps have no common factor, so that all kinds have their turn.
    const step = Math.max(1, Math.floor(all.length / 12))
    for (let count = 0; count < all.length; count += step) follow(all.slice(0, count))
    follow(all)
    for (let place = 0; place < all.length; place += step) follow(all.toSpliced(place, 1))
    for (let place = 0; place < all.length; place += step) follow(all.with(place, { body: labelled(all[place]?.body), origin: null }))
    const before = reading.cluster
    follow(held.map(({ body }) => ({ body: structuredClone(body), origin: null })))
    expect(reading.cluster).toBe(before)
  })
})

function labelled(body: unknown): unknown {
  const copy = structuredClone(body) as { metadata?: { labels?: object } }
  return { ...copy, metadata: { ...copy.metadata, labels: { ...copy.metadata?.labels, edited: 'yes' } } }
}
