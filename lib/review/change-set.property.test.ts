import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceDocument } from '../model/source-document'
import { applyChangeSet } from './change-set'

const NAMES = ['a', 'b', 'constructor'] as const
const labels = fc.dictionary(fc.constantFrom('app', 'team', '__proto__'), fc.constantFrom('x', 'y'), { maxKeys: 2 })

const object = fc.oneof(
  fc.record({ name: fc.constantFrom(...NAMES), labels }).map(({ name, labels: own }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'a' },
    spec: { podSelector: { matchLabels: own } },
  })),
  fc
    .record({ name: fc.constantFrom(...NAMES), labels })
    .map(({ name, labels: own }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: own } })),
  fc.record({ name: fc.constantFrom(...NAMES), namespace: fc.constantFrom(...NAMES), labels }).map(({ name, namespace, labels: own }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { metadata: { labels: own }, spec: { containers: [] } } },
  })),
  fc.record({ name: fc.constantFrom(...NAMES), namespace: fc.constantFrom(...NAMES), labels }).map(({ name, namespace, labels: own }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-0`,
      namespace,
      labels: own,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true }],
    },
    spec: { containers: [] },
  })),
)

const keyOf = (body: { kind: string; metadata: { name: string; namespace?: string } }): string =>
  `${body.kind} ${body.metadata.namespace ?? ''} ${body.metadata.name}`
const distinct = fc.uniqueArray(object, { selector: keyOf, maxLength: 12 })
const toDocument = (body: object): SourceDocument => ({ body, origin: null })
const deletion = (body: object): SourceDocument => toDocument({ ...body, $patch: 'delete' })

/** What a list of documents says, whatever its order. */
function contents(documents: readonly SourceDocument[]): string[] {
  return documents.map(({ body }) => JSON.stringify(body)).sort()
}

test('an empty change set changes nothing', () => {
  fc.assert(
    fc.property(distinct, (objects) => {
      const cluster = objects.map(toDocument)
      expect(applyChangeSet(cluster, [])).toEqual({ documents: cluster, changes: [], problems: [] })
    }),
  )
})

test('applying the cluster to itself has no effect', () => {
  fc.assert(
    fc.property(distinct, (objects) => {
      const cluster = objects.map(toDocument)
      const set = applyChangeSet(cluster, structuredClone(cluster))
      expect(set.documents).toBe(cluster)
      expect(set.changes.every(({ action }) => action === 'none')).toBe(true)
    }),
  )
})

test('deleting all that was added gives the start', () => {
  fc.assert(
    fc.property(distinct, distinct, (objects, more) => {
      const cluster = objects.map(toDocument)
      const taken = new Set(objects.map(keyOf))
      const added = more.filter((body) => !taken.has(keyOf(body)))
      // A deleted namespace takes what is in it along, and a deleted Deployment its pods: those were not added.
      const owners = new Set(added.flatMap(({ kind, metadata: { name } }) => (kind === 'Namespace' || kind === 'Deployment' ? [name] : [])))
      fc.pre(
        !objects.some(
          ({ metadata }) => 'namespace' in metadata && (owners.has(metadata.namespace) || owners.has(metadata.name.replace(/-0$/, ''))),
        ),
      )
      const there = applyChangeSet(cluster, added.map(toDocument))
      const back = applyChangeSet(there.documents, added.map(deletion))
      expect(contents(back.documents)).toEqual(contents(cluster))
    }),
  )
})

test('the order of distinct objects plays no part', () => {
  fc.assert(
    fc.property(
      distinct,
      fc.array(fc.tuple(object, fc.boolean()), { maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (objects, drafted, chance) => {
        const cluster = objects.map(toDocument)
        const unique = [...new Map(drafted.map((each) => [keyOf(each[0]), each])).values()]
        const draft = unique.map(([body, isDeleted]) => (isDeleted ? deletion(body) : toDocument(body)))
        const shuffled = draft
          .map((document) => ({ document, rank: chance.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ document }) => document)
        const [one, other] = [applyChangeSet(cluster, draft), applyChangeSet(cluster, shuffled)]
        expect(contents(other.documents)).toEqual(contents(one.documents))
        expect([...other.changes].map(({ ref, action }) => `${ref} ${action}`).sort()).toEqual(
          [...one.changes].map(({ ref, action }) => `${ref} ${action}`).sort(),
        )
      },
    ),
  )
})

test('any JSON as a draft gives problems, not a crash', () => {
  fc.assert(
    fc.property(
      distinct,
      fc.array(
        fc.oneof(
          fc.json().map((text) => JSON.parse(text) as unknown),
          object,
        ),
        { maxLength: 4 },
      ),
      (objects, drafts) => {
        const set = applyChangeSet(
          objects.map(toDocument),
          drafts.map((body) => ({ body, origin: null })),
        )
        expect(set.changes.length).toBeLessThanOrEqual(drafts.length)
      },
    ),
  )
})
