import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRecord } from '@/lib/model/fields'
import { InternPool } from '@/lib/model/projection/intern-pool'
import type { SourceDocument } from '@/lib/model/source-document'
import type { ObjectChange } from '../live-cluster'
import { ObjectStore } from './object-store'
import type { JsonObject } from './watch-event'

function aStore(): { readonly store: ObjectStore; readonly leftOut: string[] } {
  const leftOut: string[] = []
  const store = new ObjectStore({
    apiVersion: 'v1',
    group: '',
    kind: 'Service',
    pool: new InternPool(),
    now: () => 7,
    onLeftOut: ({ object, message }) => leftOut.push(`${object}: ${message}`),
  })
  return { store, leftOut }
}

const service = (name: string, uid: string, port = 80): JsonObject => ({
  metadata: { name, namespace: 'shop', uid },
  spec: { ports: [{ port }] },
})

function list(store: ObjectStore, objects: readonly JsonObject[]): readonly ObjectChange[] {
  store.beginList()
  for (const object of objects) store.addToList(object)
  return store.endList()
}

const words = (changes: readonly ObjectChange[]) =>
  changes.map(({ uid, before, after }) => `${uid} ${before === null ? 'came' : after === null ? 'went' : 'changed'}`)

test('a new list is told as its difference, what went first, and what stayed is the same value', () => {
  const { store } = aStore()
  list(store, [service('a', '1'), service('b', '2'), service('c', '3')])
  const [a] = store.documents()
  const changes = list(store, [service('a', '1'), service('b', '22'), service('c', '3', 81)])
  expect(words(changes)).toEqual(['2 went', '22 came', '3 changed'])
  expect(changes[0]).toMatchObject({ at: 7, group: '', kind: 'Service', namespace: 'shop', name: 'b' })
  expect([...store.documents()][0]).toBe(a)
})

test('a list that is not finished changes nothing', () => {
  const { store } = aStore()
  list(store, [service('a', '1')])
  store.beginList()
  store.addToList(service('b', '2'))
  expect([...store.documents()]).toHaveLength(1)
  expect(store.incoming).toBe(1)
  store.beginList()
  store.addToList(service('c', '3'))
  expect(words(store.endList())).toEqual(['1 went', '3 came'])
})

test('an object that cannot be taken is left out; what was known of it is no longer held', () => {
  const { store, leftOut } = aStore()
  list(store, [service('a', '1'), service('b', '2')])
  const change = store.put({ metadata: { name: '', namespace: 'shop', uid: '1' } })
  expect(words(change === null ? [] : [change])).toEqual(['1 went'])
  expect([store.size, store.leftOut]).toEqual([1, 1])
  expect(leftOut).toEqual(['Service shop/: it has no name'])
  store.put(service('a', '1'))
  expect([store.size, store.leftOut]).toEqual([2, 0])
})

test('an object of which only the place is known is left out until it can be read', () => {
  const { store } = aStore()
  list(store, [service('a', '1')])
  expect(store.leaveOut('shop', 'a', 'too large')?.after).toBeNull()
  expect([store.size, store.leftOut]).toEqual([0, 1])
  store.leaveOut('shop', 'new', 'too large')
  expect(store.leftOut).toBe(2)
  store.put(service('new', '2'))
  store.delete(service('a', '1'))
  expect([store.size, store.leftOut]).toEqual([1, 0])
})

test('whatever is told, changes lead from what was held to what is held', () => {
  const anObject = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    uid: fc.constantFrom('1', '2', '3'),
    port: fc.integer({ min: 1, max: 3 }),
  })
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('put' as const, 'delete' as const), object: anObject }),
    fc.record({ kind: fc.constant('list' as const), objects: fc.uniqueArray(anObject, { selector: ({ uid }) => uid }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { store } = aStore()
      const told = new Map<string, SourceDocument>()
      for (const each of steps) {
        const made = (one: { name: string; uid: string; port: number }) => service(one.name, one.uid, one.port)
        const changes =
          each.kind === 'list'
            ? list(store, each.objects.map(made))
            : [each.kind === 'put' ? store.put(made(each.object)) : store.delete(made(each.object))]
        for (const change of changes) {
          if (change === null) continue
          expect(change.before).toBe(told.get(change.uid) ?? null)
          if (change.after === null) told.delete(change.uid)
          else told.set(change.uid, change.after)
        }
        const held = new Map([...store.documents()].map((document) => [uidOf(document), document]))
        expect(held).toEqual(told)
      }
    }),
  )
})

function uidOf({ body }: SourceDocument): string {
  return isRecord(body) && isRecord(body.metadata) ? String(body.metadata.uid) : ''
}
