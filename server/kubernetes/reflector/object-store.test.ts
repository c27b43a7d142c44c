import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRecord } from '@/lib/model/fields'
import { InternPool } from '@/lib/model/projection/intern-pool'
import type { SourceDocument } from '@/lib/model/source-document'
import { ObjectStore } from './object-store'
import type { JsonObject } from './watch-event'

function aStore(): { readonly store: ObjectStore; readonly leftOut: string[] } {
  const leftOut: string[] = []
  const store = new ObjectStore({
    apiVersion: 'v1',
    kind: 'Service',
    pool: new InternPool(),
    onLeftOut: ({ object, message }) => leftOut.push(`${object}: ${message}`),
  })
  return { store, leftOut }
}

const service = (name: string, uid: string, port = 80): JsonObject => ({
  metadata: { name, namespace: 'shop', uid },
  spec: { ports: [{ port }] },
})

function list(store: ObjectStore, objects: readonly JsonObject[]): void {
  store.beginList()
  for (const object of objects) store.addToList(object)
  store.endList()
}

const uids = (store: ObjectStore) => [...store.documents()].map(uidOf)

test('what a new list says again is the same value, and what changed is another', () => {
  const { store } = aStore()
  list(store, [service('a', '1'), service('b', '2'), service('c', '3')])
  const [a, , c] = store.documents()
  list(store, [service('a', '1'), service('b', '22'), service('c', '3', 81)])
  const [again, , changed] = store.documents()
  expect(uids(store)).toEqual(['1', '22', '3'])
  expect(again).toBe(a)
  expect(changed).not.toBe(c)
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
  store.endList()
  expect(uids(store)).toEqual(['3'])
})

test('an object that cannot be taken is left out; what was known of it is no longer held', () => {
  const { store, leftOut } = aStore()
  list(store, [service('a', '1'), service('b', '2')])
  store.put({ metadata: { name: '', namespace: 'shop', uid: '1' } })
  expect(uids(store)).toEqual(['2'])
  expect([store.size, store.leftOut]).toEqual([1, 1])
  expect(leftOut).toEqual(['Service shop/: it has no name'])
  store.put(service('a', '1'))
  expect([store.size, store.leftOut]).toEqual([2, 0])
})

test('an object of which only the place is known is left out until it can be read', () => {
  const { store } = aStore()
  list(store, [service('a', '1')])
  store.leaveOut('shop', 'a', 'too large')
  expect([store.size, store.leftOut]).toEqual([0, 1])
  store.leaveOut('shop', 'new', 'too large')
  expect(store.leftOut).toBe(2)
  store.put(service('new', '2'))
  store.delete(service('a', '1'))
  expect([store.size, store.leftOut]).toEqual([1, 0])
})

test('whatever is told, what is held is that, and what did not change is the same value', () => {
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
      const told = new Map<string, JsonObject>()
      for (const each of steps) {
        const made = (one: { name: string; uid: string; port: number }) => service(one.name, one.uid, one.port)
        const before = heldBy(store)
        const earlier = new Map(told)
        if (each.kind === 'list') {
          told.clear()
          for (const one of each.objects) told.set(one.uid, made(one))
          list(store, each.objects.map(made))
        } else if (each.kind === 'put') {
          told.set(each.object.uid, made(each.object))
          store.put(made(each.object))
        } else {
          told.delete(each.object.uid)
          store.delete(made(each.object))
        }
        const held = heldBy(store)
        expect([...held.keys()].toSorted()).toEqual([...told.keys()].toSorted())
        for (const [uid, object] of told) {
          expect(held.get(uid)?.body).toMatchObject(object)
          const isSame = JSON.stringify(earlier.get(uid)) === JSON.stringify(object)
          if (isSame) expect(held.get(uid)).toBe(before.get(uid))
        }
      }
    }),
  )
})

function heldBy(store: ObjectStore): ReadonlyMap<string, SourceDocument> {
  return new Map([...store.documents()].map((document) => [uidOf(document), document]))
}

function uidOf({ body }: SourceDocument): string {
  return isRecord(body) && isRecord(body.metadata) ? String(body.metadata.uid) : ''
}
